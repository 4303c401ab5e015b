// SPDX-License-Identifier: Apache-2.0

extension ManualPage {
  static let description = """
    A manifest says in YAML which datasets of which apps are exported over which windows of time. outhaul expands it into \
    a plan of jobs, submits each as a task to an export service, follows it, checks every row of every file that arrives, \
    and writes a report. It can be killed at any moment: the same command goes on, submits no task twice and loses none.

    What has been exported and verified over all runs is kept in a ledger; a run does what the plan has and the ledger \
    has not. Results go to standard output, everything else to standard error.
    """

  static let files = [
    (
      ".outhaul/state.sqlite",
      "The journal of all runs and the ledger, beside the manifest unless --state says otherwise."
    ),
    (
      ".outhaul/state.sqlite-wal, .outhaul/state.sqlite-shm",
      "Belong to the state while it is open, and after a kill. Commands that only look leave them, empty."
    ),
    (".outhaul/lock", "Held by the one process that writes the state; says which."),
    (".outhaul/runs/ID/", "The plan and the reports of a run."),
    (".outhaul/live.json", "What a run that goes on tells 'outhaul status'; taken away at its end."),
    (".outhaul/local/", "The same for rehearsals with --local, and the local cloud's data."),
    (
      ".outhaul/cloud/",
      "The data of the local cloud, below the folder where it is started, unless --data says otherwise."
    ),
    ("MANIFEST.json", "Beside the files of each job: their names, sizes, rows and SHA-256."),
  ]

  static let environment = [
    ("NO_COLOR", "When it is set, nothing is coloured. What is piped never is."),
    (
      "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "Proxies, and hosts that are reached without; in capitals or not."
    ),
    (
      "AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, AZURE_AUTHORITY_HOST, "
        + "AZURE_TOKEN_CREDENTIALS, AZURE_POD_IDENTITY_AUTHORITY_HOST, IDENTITY_ENDPOINT, IDENTITY_HEADER",
      "Taken by the credentials 'azure_assertion', 'managed_identity' and 'azure_default' of a manifest."
    ),
    ("OTEL_EXPORTER_OTLP_HEADERS", "Headers of what --otlp-endpoint sends: name=value, by commas."),
    ("any other", "That a manifest names: secrets by {env: NAME}, and variables by ${env.NAME}."),
  ]
}
