CREATE (:LiveRequest {
  request_key: $key, digest: $digest, moment: $moment, live_sequence: $live_sequence,
  first_event: $first_event, last_event: $last_event, identities: $identities
});
