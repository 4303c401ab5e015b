enum ExportRunSeed {}
