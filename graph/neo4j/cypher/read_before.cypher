UNWIND $files AS file
MATCH (f:IngestedFile {
  file_id: file.file_id, source: file.source, mapping_version: file.mapping_version
})
RETURN f.file_name
LIMIT 1;
