// Waits for every load that is under way, and ends all that would follow.
MATCH (lane:BuildLane)
DELETE lane;
