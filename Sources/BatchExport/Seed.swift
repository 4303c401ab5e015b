enum BatchExportSeed {}
