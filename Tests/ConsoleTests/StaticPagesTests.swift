import Foundation
import HTTPTypes
import Logging
import Messages
import Storage
import Testing

@testable import Console
@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct StaticPagesTests {
    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/console/", "text/html; charset=utf-8"), ("/console/app.js", "text/javascript; charset=utf-8"),
        ("/console/style.css", "text/css; charset=utf-8"), ("/welcome/welcome.js", "text/javascript; charset=utf-8"), ("/console/icon.svg", "image/svg+xml"),
    ])
    func `A page has its type, its rules and a tag`(path: String, type: String) async throws {
        let office = try await Office()
        let answer = try await office.answer(.get, path)
        #expect(answer.status == 200 && answer.fields[.contentType] == type && !answer.bytes.isEmpty)
        #expect(answer.fields[.cacheControl] == "no-cache")
        for (name, value) in [
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
            ),
            ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ] {
            #expect(answer.fields[try #require(HTTPField.Name(name))] == value)
        }
        let tag = try #require(answer.fields[.eTag])
        for known in [tag, "\"other\", \(tag)", "*"] {
            let same = try await office.answer(.get, path, [("If-None-Match", known)])
            #expect(same.status == 304 && same.bytes.isEmpty && same.fields[.eTag] == tag)
        }
        #expect(try await office.answer(.get, path, [("If-None-Match", "\"other\"")]).status == 200)
    }

    @Test(arguments: [
        "/console/missing.js", "/console/.hidden", "/console/app.js/", "/welcome/", "/welcome/link.html", "/console/%c0%ae", "/console/secret.txt", "/Console/app.js",
        "/console/style.css%00",
    ])
    func `Only what was there at the start is there`(path: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pages-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["console", "welcome", "answers"] { try FileManager.default.createDirectory(at: folder.appendingPathComponent(name), withIntermediateDirectories: true) }
        for name in ["console/index.html", "welcome/index.html", "console/app.js", "console/.hidden", "console/secret.txt"] {
            try "content".write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/welcome/link.html", withDestinationPath: "/etc/passwd")
        var router = Router()
        try StaticPages(folder: folder.path).register(on: &router)
        func status(_ path: String) async throws -> Int {
            let request: ServerRequest
            do {
                request = try ServerRequest(.get, path)
                guard case .route(let route, let parameters) = router.match(.get, request.path) else { return 404 }
                return try await route.handler(request, parameters).status.code
            } catch let problem as HTTPProblem {
                return problem.status.code
            }
        }
        #expect(try await status("/console/app.js") == 200)
        #expect([400, 404].contains(try await status(path)))
        // What comes later is not there either: a request does not reach the disk.
        try "late".write(to: folder.appendingPathComponent("console/late.js"), atomically: true, encoding: .utf8)
        #expect(try await status("/console/late.js") == 404)
    }

    @Test func `Pages that are not where they should be stop the start with one line`() throws {
        let problem = #expect(throws: ConsoleProblem.self) { try StaticPages(folder: "/nowhere") }
        #expect(problem?.line == "/nowhere/console cannot be read: No such file or directory")
    }

    @Test func `The welcome page is told a key on demo servers only`() async throws {
        let facts = WelcomeFacts(smtp: "127.0.0.1:2525", line: nil, mailAddress: "support@example.com", webhookURL: "http://127.0.0.1/channels/partner", webhookKey: "whsec_x")
        let demo = try await Office(publicURL: "https://help.example.com/", welcome: facts, isDemo: true)
        let answer = try await demo.answer(.get, "/api/v1/welcome")
        #expect(answer.json["webhook_key"] == "whsec_x" && answer.json["demo"] == true && answer.json["line"] == .null)
        #expect(answer.json["console_url"] == "https://help.example.com/console/")
        let real = try await Office(welcome: facts)
        #expect(try await real.answer(.get, "/api/v1/welcome").json["webhook_key"] == .null)
    }

    @Test(arguments: [
        (StorageFailure.diskFull("/data/store.sqlite: database or disk is full"), 507, "disk_full"), (.busy("10000 bodies wait"), 503, "busy"),
        (.failed("SELECT secret"), 500, "internal"),
    ])
    func `A store that fails is told without its details`(failure: StorageFailure, status: Int, code: String) {
        let answer = Answer(APIProblem(failure, Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })).response, pattern: "")
        #expect(answer.status == status && answer.code == code && !answer.message.contains(failure.explanation))
        #expect((answer.fields[.retryAfter] != nil) == (status == 503))
    }
}
