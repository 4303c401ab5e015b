// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var resultChecks: [ConformanceCheck] {
    guard case .fetched = description.traits.delivery else { return [Self.place] }
    return [Self.files, Self.cutFile]
  }

  /// In a container, files are told by something that is another one for every task.
  private static let place = ConformanceCheck("two tasks do not share a place for their files") { bench in
    let (first, second) = (try await bench.made(1).reference, try await bench.made(2).reference)
    for task in [first, second] { bench.finish(task) }

    let places = [
      bench.service.finished(first, status: try await bench.service.poll(first)),
      bench.service.finished(second, status: try await bench.service.poll(second)),
    ]

    let isTold = places[0].prefix != nil || !places[0].names.isEmpty
    try ConformanceProblem.unless(
      !isTold || places[0].prefix != places[1].prefix || places[0].names != places[1].names,
      "both have \(places[0].prefix ?? places[0].names.joined(separator: ", "))")
  }

  private static let files = ConformanceCheck("every file of a result is handed over, byte for byte") { bench in
    let (task, _) = try await bench.made()
    bench.finish(task)
    let source = bench.service.source(of: task, status: try await bench.service.poll(task))

    for _ in 1...2 {
      var files: [[UInt8]] = []
      try await source.files { _, body in
        var bytes: [UInt8] = []
        while let chunk = try await body.next() { bytes += chunk }
        files.append(bytes)
      }
      try ConformanceProblem.unless(
        files == bench.filesOfResult(task), "they are \(files.map { String(decoding: $0, as: UTF8.self) })")
    }
  }

  private static let cutFile = ConformanceCheck("a file that is cut is an error, not a short file") { bench in
    let (task, order) = try await bench.made()
    bench.finish(task)
    let call = bench.description.fileCall
    bench.fault(call) { _, _ in
      .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nrow,of\r\n".utf8))
    }

    let error = try await bench.refusal("half a file") { _ = try await bench.ask(.fetch, nil, task, order) }

    try ConformanceProblem.unless(error.kind == .again, "its class is \(error.kind)")
  }
}

extension ServiceDescription {
  /// The request whose answer is a file.
  fileprivate var fileCall: DescribedServer.Call { if case .links = result { .link } else { .result } }
}

extension ConformanceBench {
  fileprivate func filesOfResult(_ task: TaskReference) -> [[UInt8]] {
    let pages = server.state.withLock { $0.pages }
    return switch description.result {
    case .answer: [DescribedServer.file(task.id)]
    case .pages(let rule): (0..<pages).map { server.page($0, rule).file }
    case .links:
      (0..<pages).map { DescribedServer.file("\(ConformanceLink.path)\($0)?sig=\(ConformanceCanary.link)") }
    case .container: []
    }
  }
}
