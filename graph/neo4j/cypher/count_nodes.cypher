// From the server's counters, without reading a node.
RETURN COUNT { MATCH (:Record) } AS record, COUNT { MATCH (:Identity) } AS identity,
       COUNT { MATCH (:Attribute) } AS attribute;
