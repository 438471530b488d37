MATCH (request:LiveRequest {request_key: $key})
WHERE request.moment <= $moment
RETURN request.digest, request.live_sequence, request.first_event, request.last_event,
  request.identities;
