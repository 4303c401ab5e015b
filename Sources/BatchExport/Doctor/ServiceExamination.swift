// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import ExportServices
import Foundation

/// Looks at one service: is it there, do its clock and ours agree, does it take our credential, what does it list.
struct ServiceExamination: Sendable {
  let setting: ServiceSetting
  let service: PlannedService
  let traits: ServiceTraits
  /// Of the first app that is written in the manifest.
  let app: [String: JSONValue]?
  let options: BatchRun.Options
  let secrets: [String: Secret]
  let transport: any HTTPTransport

  var name: String { service.name }

  func checks() async -> [Checkup] {
    let last = LastAnswer()
    let seen = TokenLife()
    let watched = WatchedTransport(
      base: transport, redaction: Redaction(hosts: [], hidesLinks: false), observe: { _ in },
      peek: { _, response in
        last.take(response)
        seen.take(response)
      })
    var checks = await reach()
    let described: DescribedService
    do {
      described = try ServiceBuilder(
        folder: options.folder, redirect: options.redirect, secrets: secrets, environment: options.environment,
        transport: watched
      ).service(service)
    } catch is SecretError {
      checks.append(
        .failed(.service, name, "token", "its secret is missing", .refused, do: "see the secrets above"))
      return checks
    } catch {
      checks.append(
        .failed(
          .service, name, "token", "requests cannot be signed: \((error as? ServiceError)?.message ?? "\(error)")",
          .refused, do: "check the secrets of the service: whole, and in the form that it gave them in"))
      return checks
    }
    let token = await proof(described, seen)
    checks.append(token)
    guard token.verdict != .failed else { return checks }
    checks.append(await content(described))
    if let remaining = last.response.flatMap({ described.remaining(in: $0) }) { checks.append(limit(remaining)) }
    return checks
  }

  // MARK: Host and clock

  private func reach() async -> [Checkup] {
    let base = options.redirect?.base ?? address
    let host = base.split(separator: "/").dropFirst().first.map(String.init) ?? base
    let (start, began) = (ContinuousClock.now, WallClock().now)
    let head: HTTPHead
    let requestID = RequestID.next()
    let request = HTTPRequest("GET", base + "/", headers: [("x-ms-client-request-id", requestID)])
    do {
      head = try await transport.send(request, limit: 1 << 20).head
    } catch let error as TransportError where error.mayHaveArrived && error.kind != .timedOut {
      return [
        .ok(
          .service, name, "host", "\(host) is there, and breaks off: \(error.message) (request \(requestID))")
      ]
    } catch {
      let message = (error as? TransportError)?.message ?? "no answer"
      return [
        .failed(
          .service, name, "host", "\(host) does not answer: \(message) (request \(requestID))", .unreachable,
          do: "check 'base', the network and the proxy; then try again")
      ]
    }
    let took = ContinuousClock.now - start
    let reached = Checkup.ok(.service, name, "host", "\(host) answers in \(took.milliseconds) ms")
    return [reached, clock(head, at: began.advanced(by: took / 2))]
  }

  /// Where requests go, with the parameters in.
  private var address: String {
    (try? ServiceDescription.filled(service.base, service.parameters)) ?? service.base
  }

  private func clock(_ head: HTTPHead, at now: Instant) -> Checkup {
    guard let date = head.header("Date").flatMap({ HTTPDate.parse($0) }) else {
      return .ok(.service, name, "clock", "the service tells no time; the clock was not compared")
    }
    return Self.clock(name, ahead: now.seconds - date.seconds)
  }

  /// - Parameter ahead: by how many seconds our clock is before the service's.
  static func clock(_ name: String, ahead: Int64) -> Checkup {
    let words = "the clock here is \(DurationText.format(.seconds(abs(ahead)))) \(ahead < 0 ? "behind" : "ahead")"
    let advice = "set the clock, best by NTP: signatures and tokens hold only at their time"
    switch abs(ahead) {
    case 0...60: return .ok(.service, name, "clock", "the clocks agree within \(max(1, abs(ahead)))s")
    case 61...300: return .warning(.service, name, "clock", words, do: advice)
    default: return .failed(.service, name, "clock", words, .refused, do: advice)
    }
  }

  // MARK: Token

  private func proof(_ described: DescribedService, _ seen: TokenLife) async -> Checkup {
    do {
      let got = try await described.prove()
      guard let secret = got.first else { return .ok(.service, name, "token", "requests need no token") }
      let way = await described.wayOfProof.map { " (\($0))" } ?? ""
      return .ok(
        .service, name, "token", TokenFacts(secret, life: seen.life).words + (kind.map { ", by \($0)\(way)" } ?? ""))
    } catch {
      return failure("token", error, do: "check the credential in the manifest and its rights at the service")
    }
  }

  /// The credential's kind, and what of it is no secret.
  private var kind: String? {
    switch traits.proof {
    case .none: return nil
    case .secrets: return "secrets of the service"
    case .credential:
      guard options.redirect == nil else { return "the local cloud's credential" }
      return service.credential.words
    }
  }

  // MARK: Catalogue

  private func content(_ described: DescribedService) async -> Checkup {
    do {
      if traits.hasCatalogue {
        let apps = try await DescribedCatalogue(described, patience: Patience(attempts: 2)).apps()
        return apps.isEmpty
          ? .warning(
            .service, name, "catalogue", "the service lists no app",
            do: "check 'with' of the service, and what the credential may see")
          : .ok(.service, name, "catalogue", "the service lists \(Count.words(apps.count, "app"))")
      }
      if described.hasList, let app {
        let count = try await described.firstPage(of: app)
        return .ok(.service, name, "list", "the list of tasks can be read: \(count) on its first page")
      }
      return .ok(.service, name, "list", "nothing can be asked of it without making a task")
    } catch {
      return failure(
        traits.hasCatalogue ? "catalogue" : "list", error,
        do: "check 'with' of the service and of its apps, and the credential's rights")
    }
  }

  private func limit(_ remaining: Int) -> Checkup {
    let words = "the service takes \(Count.words(remaining, "further call")) before it asks for patience"
    guard remaining < 100 else { return .ok(.service, name, "limits", words) }
    return .warning(.service, name, "limits", words, do: "wait, or lower 'limits' of the service in the manifest")
  }

  private func failure(_ check: String, _ error: any Error, do advice: String) -> Checkup {
    guard let error = error as? ServiceError else {
      return .failed(.service, name, check, "broken off: \(type(of: error))", .unreachable, do: "try again")
    }
    switch error.kind {
    case .login: return .failed(.service, name, check, error.message, .refused, do: advice)
    case .again, .busy: return .failed(.service, name, check, error.message, .unreachable, do: "try again later")
    case .never, .gone, .split:
      guard error.isBadAnswer else { return .failed(.service, name, check, error.message, .invalid, do: advice) }
      return .failed(
        .service, name, check, error.message, .unreachable,
        do: "check 'base': what answers there may be another service")
    }
  }
}
