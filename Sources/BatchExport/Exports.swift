// SPDX-License-Identifier: Apache-2.0

// The program speaks in the words of the layers below; it imports them through this one.
@_exported import ExportCore
@_exported import ExportManifest
@_exported import ExportPlan
@_exported import ExportReport
@_exported import ExportRun
@_exported import ExportStorage
