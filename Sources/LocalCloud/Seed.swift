enum LocalCloudSeed {}
