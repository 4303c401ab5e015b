// SPDX-License-Identifier: Apache-2.0

/// The Export API: makes tasks, tells of one, and lists those of an app. Lists are newest first, whatever was asked.
struct ExportAnswers {
  /// `HOST:PORT`
  let address: [UInt8]

  static let json: StaticString = "Content-Type: application/json; charset=utf-8\r\n"

  /// - Parameter path: one that begins with `/subscriptions/`.
  func answer(
    _ request: Request, _ tasks: inout TaskTable, _ counts: inout Counts, now: Int, to output: inout Bytes
  ) {
    guard let app = request.path.value(behind: "/apps/", upTo: UInt8(ascii: "/")),
      let place = request.path.place(of: "/exportTasks")
    else { return refuse("404 Not Found", &counts, &output) }
    let rest = request.path.from(place + 12)
    switch request.method {
    case .post: submit(request, rest.from(1), app, &tasks, &counts, now, &output)
    case .get where rest.count <= 1: list(request, app, tasks, &counts, now, &output)
    case .get:
      counts.poll += 1
      guard let task = tasks.task(named: rest.from(1)) else { return refuse("404 Not Found", &counts, &output) }
      output.answer("200 OK", Self.json) { write(task, of: tasks, now: now, to: &$0) }
    default: refuse("405 Method Not Allowed", &counts, &output)
    }
  }

  // MARK: One each

  private func submit(
    _ request: Request, _ step: View, _ app: View, _ tasks: inout TaskTable, _ counts: inout Counts, _ now: Int,
    _ output: inout Bytes
  ) {
    counts.submit += 1
    guard
      let kind = TaskTable.kinds.firstIndex(where: {
        step.count == $0.step.utf8CodeUnitCount && step.starts(with: $0.step)
      }),
      let day = request.body.text(of: "\"startDate\""), day.count == 10,
      request.body.place(of: "\"containerUrl\"") != nil
    else { return refuse("400 Bad Request", &counts, &output) }
    let mark = request.body.text(of: "\"description\"") ?? View(start: nil, count: 0)
    let task = tasks.make(kind: kind, app: app, day: day, mark: mark, now: now, at: .now)
    output.append("HTTP/1.1 202 Accepted\r\nLocation: ")
    writeURL(View(rebasing: request.path.dropLast(step.count + 1)), to: &output)
    output.append("/")
    TaskTable.writeID(task, to: &output)
    output.append("?api-version=2014-12-01\r\n")
    output.append(Self.json)
    output.append("Content-Length:           0\r\n\r\n")
    let start = output.count
    write(task, of: tasks, now: Int.min, to: &output)
    output.put(output.count - start, endingAt: start - 4)
  }

  private func list(
    _ request: Request, _ app: View, _ tasks: borrowing TaskTable, _ counts: inout Counts, _ now: Int,
    _ output: inout Bytes
  ) {
    counts.list += 1
    let top = max(1, min(40, number("top=", in: request.query, else: 20)))
    let skip = number("skip=", in: request.query, else: 0)
    let page = tasks.newest(of: app, skip: skip, most: top)
    output.answer("200 OK", Self.json) { output in
      output.append("{\"value\":[")
      for (index, task) in page.tasks.enumerated() {
        if index > 0 { output.append(",") }
        write(Int(task), of: tasks, now: now, to: &output)
      }
      output.append("]")
      if page.isMore {
        output.append(",\"nextLink\":\"")
        writeURL(request.path, to: &output)
        output.append("?api-version=2014-12-01&$orderby=dateCreated%20desc&$top=")
        output.append(top)
        output.append("&$skip=")
        output.append(skip + top)
        output.append("\"")
      }
      output.append("}")
    }
  }

  private func refuse(_ status: StaticString, _ counts: inout Counts, _ output: inout Bytes) {
    counts.refused += 1
    output.answer(status, Self.json) {
      $0.append("{\"error\":{\"code\":\"BadRequest\",\"message\":\"the stand-in knows no such request\"}}")
    }
  }

  // MARK: Parts

  /// A task as answers show it.
  private func write(_ task: Int, of tasks: borrowing TaskTable, now: Int, to output: inout Bytes) {
    let isDone = tasks.isDone(task, now: now)
    let created = Moment(seconds: Int(tasks.entries[task].created))
    output.append("{\"id\":\"")
    TaskTable.writeID(task, to: &output)
    output.append("\",\"description\":\"")
    output.append(tasks.mark(of: task))
    output.append("\",\"state\":\"")
    output.append(isDone ? "Succeeded" : now == Int.min ? "Queued" : "Started")
    output.append("\",\"dateCreated\":\"")
    created.write(to: &output)
    if isDone {
      output.append("\",\"dateCompleted\":\"")
      Moment(seconds: created.seconds + tasks.taskTime / 1000).write(to: &output)
    }
    output.append("\",\"exportType\":\"")
    output.append(TaskTable.kinds[Int(tasks.entries[task].kind)].type)
    output.append("\"}")
  }

  private func writeURL(_ path: View, to output: inout Bytes) {
    output.append("http://")
    address.withUnsafeBufferPointer { output.append($0) }
    output.append(path)
  }

  private func number(_ name: StaticString, in query: View, else other: Int) -> Int {
    query.place(of: name).map { query.from($0 + name.utf8CodeUnitCount).number } ?? other
  }
}
