// SPDX-License-Identifier: Apache-2.0

#if DEBUG
  /// A mistake that is made on purpose, so that tests can show that the simulation finds it. Debug builds only.
  public enum PlantedBug: String, Sendable, CaseIterable {
    /// The request leaves before its intent is durable.
    case submitBeforeIntent
    /// A request without an answer counts as one that made nothing.
    case resubmitAfterTimeout
    /// A task that ends frees two slots.
    case releaseTwice
  }
#endif
