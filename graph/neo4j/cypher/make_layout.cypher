OPTIONAL MATCH (l:RecordLayout)
WITH count(l) AS n_layouts
MERGE (l:RecordLayout {source_layout: $source_layout, standardised_layout: $standardised_layout})
ON CREATE SET l.layout_no = n_layouts
RETURN l.layout_no;
