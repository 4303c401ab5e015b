// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One thread that answers everybody.
struct Server: ~Copyable {
  /// One client, with what it has sent and what it has not taken yet.
  private final class Connection {
    let socket: Int32
    var input = Bytes()
    var output = Bytes()
    var isFull = false

    init(_ socket: Int32) { self.socket = socket }
  }

  private let readiness = Readiness()
  private let listener: Int32
  /// By their descriptors.
  private var connections: [Connection?] = []
  private var tasks: TaskTable
  private let export: ExportAnswers
  private let container: ContainerAnswers
  private var counts = Counts()
  private var isOver = false

  init(_ options: StandInOptions) throws {
    let (listener, port) = try Sockets.listening()
    self.listener = listener
    export = ExportAnswers(address: Array("127.0.0.1:\(port)".utf8))
    container = ContainerAnswers(rows: options.rows, pageMost: options.page)
    tasks = TaskTable(taskTime: options.taskTime)
    readiness.add(listener)
    // An end of what stands at nothing is no sign.
    var status = stat()
    if fstat(0, &status) == 0, [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) { readiness.add(0) }
    say("http://127.0.0.1:\(port)\n")
  }

  /// Answers until it is told to end, then tells what was asked.
  mutating func run() {
    while !isOver, !Signals.came {
      var ready: [Int32] = []
      readiness.wait { ready.append($0) }
      for descriptor in ready { take(descriptor) }
    }
    say(counts.json(tasks: tasks.count, marks: tasks.markCount))
  }

  private mutating func take(_ descriptor: Int32) {
    if descriptor == listener { return accept() }
    if descriptor == 0 { return listen() }
    guard let connection = connections[Int(descriptor)] else { return }
    if !connection.isFull {
      let received = connection.input.read(from: descriptor)
      if received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR) { return end(connection) }
      answer(connection)
    }
    send(connection)
  }

  private mutating func accept() {
    while let socket = Sockets.accepted(listener) {
      while connections.count <= Int(socket) { connections.append(nil) }
      connections[Int(socket)] = Connection(socket)
      readiness.add(socket)
    }
  }

  private mutating func listen() {
    var byte: UInt8 = 0
    if read(0, &byte, 1) <= 0 { isOver = true }
  }

  /// Answers all requests that have arrived whole.
  private mutating func answer(_ connection: Connection) {
    if connection.input.view.first == RoundTrip.byte {
      connection.output.append(connection.input.view)
      return connection.input.take(connection.input.count)
    }
    var taken = 0
    let now = Moment.steady
    while let request = Request(connection.input.view.from(taken)) {
      taken += request.length
      if request.path.starts(with: "/subscriptions/") {
        export.answer(request, &tasks, &counts, now: now, to: &connection.output)
      } else if request.path.starts(with: "/_counts") {
        let text = counts.json(tasks: tasks.count, marks: tasks.markCount)
        connection.output.answer("200 OK", ExportAnswers.json) { for byte in text.utf8 { $0.append(byte) } }
      } else {
        container.answer(request, tasks, &counts, now: now, to: &connection.output)
      }
    }
    connection.input.take(taken)
    if connection.input.count > Request.lengthMax { end(connection) }
  }

  private mutating func send(_ connection: Connection) {
    while connection.output.count > 0 {
      let view = connection.output.view
      let sent = Sockets.sent(view, to: connection.socket)
      if sent > 0 {
        connection.output.take(sent)
      } else if sent < 0, errno == EAGAIN {
        break
      } else {
        return end(connection)
      }
    }
    let isFull = connection.output.count > 0
    guard isFull != connection.isFull else { return }
    connection.isFull = isFull
    readiness.change(connection.socket, isFull: isFull)
  }

  private mutating func end(_ connection: Connection) {
    guard connections[Int(connection.socket)] != nil else { return }
    connections[Int(connection.socket)] = nil
    close(connection.socket)
  }
}
