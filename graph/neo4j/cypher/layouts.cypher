MATCH (l:RecordLayout)
RETURN l.layout_no, l.source_layout, l.standardised_layout;
