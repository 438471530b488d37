// What the ids of all nodes of this database begin with; those of relationships differ in a digit.
MATCH (s:Store {name: 'identigraph'})
RETURN elementId(s);
