enum ExportYAMLSeed {}
