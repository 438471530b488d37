// Holds a lane until the transaction ends; no row comes when the run is no longer being built.
MATCH (lane:BuildLane {lane: $lane})
WHERE lane.run_id = $run_id
SET lane.n_loads = lane.n_loads + 1
RETURN lane.n_loads;
