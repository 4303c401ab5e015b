enum ExportManifestSeed {}
