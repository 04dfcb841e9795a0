import HTTPTypes
import Messages
import Storage
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct SessionTests {
    @Test func `Signing in opens a session that the cookie proves`() async throws {
        let office = try await Office()
        let anna = try await office.addAgent("anna@example.com", role: .admin, password: "correct horse battery")
        var browser = Browser(office)
        #expect(try await browser.get("/api/v1/session").status == 401)
        let answer = try await browser.signIn(" Anna@example.com", "correct horse battery")
        #expect(answer.status == 200)
        #expect(answer.json["agent"] == ["id": .string(anna.id.text), "email": "anna@example.com", "name": "Anna", "role": "admin"])
        let cookie = try #require(answer.fields[.setCookie])
        #expect(cookie.hasPrefix("centralino=") && cookie.hasSuffix("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"))
        #expect(answer.fields[.cacheControl] == "no-store")
        let again = try await browser.get("/api/v1/session")
        #expect(again.status == 200 && again.json == answer.json)
    }

    @Test(arguments: [("https://help.example.com", false), (nil, true)] as [(String?, Bool)])
    func `With TLS the cookie is bound to this host`(publicURL: String?, isSecure: Bool) async throws {
        let office = try await Office(publicURL: publicURL)
        _ = try await office.addAgent("anna@example.com", password: "correct horse battery")
        let body = #"{"email":"anna@example.com","password":"correct horse battery"}"#
        let answer = try await office.answer(.post, "/api/v1/session", [("Content-Type", "application/json")], body: body, isSecure: isSecure)
        let cookie = try #require(answer.fields[.setCookie])
        #expect(cookie.hasPrefix("__Host-centralino=") && cookie.hasSuffix("; Secure"))
        // The same token under the name for plain connections counts for nothing.
        let plain = try #require(answer.cookie?.replacing("__Host-", with: ""))
        #expect(try await office.answer(.get, "/api/v1/session", [("Cookie", plain)], isSecure: isSecure).status == 401)
        #expect(try await office.answer(.get, "/api/v1/session", [("Cookie", answer.cookie ?? "")], isSecure: isSecure).status == 200)
    }

    @Test func `A wrong password, an unknown address and an agent without a password look the same`() async throws {
        let office = try await Office()
        _ = try await office.addAgent("anna@example.com", password: "correct horse battery")
        _ = try await office.addAgent("new@example.com")
        var answers: [Answer] = []
        for (email, password) in [("anna@example.com", "wrong horse battery"), ("nobody@example.com", "correct horse battery"), ("new@example.com", ""), ("not an address", "x")] {
            var browser = Browser(office)
            answers.append(try await browser.signIn(email, password))
        }
        #expect(answers.allSatisfy { $0.status == 401 && $0.code == "wrong_credentials" && $0.cookie == nil })
        #expect(Set(answers.map(\.bytes)).count == 1)
    }

    @Test func `After ten wrong passwords there is one try every 30 seconds, for the right one too`() async throws {
        let office = try await Office()
        _ = try await office.addAgent("anna@example.com", password: "correct horse battery")
        var browser = Browser(office)
        for number in 1...10 {
            browser.address = "192.0.2.\(number)"
            #expect(try await browser.signIn("anna@example.com", "wrong").status == 401)
        }
        let answer = try await browser.signIn("ANNA@example.com", "correct horse battery")
        #expect(answer.status == 429 && answer.fields[.retryAfter] == "31")
        office.wait(.seconds(31))
        #expect(try await browser.signIn("anna@example.com", "correct horse battery").status == 200)
    }

    @Test func `One network gets thirty tries, whatever addresses it tries`() async throws {
        let office = try await Office()
        var browser = Browser(office)
        for number in 1...30 {
            browser.address = "2001:db8::\(number)"
            #expect(try await browser.signIn("agent\(number)@example.com", "x").status == 401)
        }
        #expect(try await browser.signIn("agent31@example.com", "x").status == 429)
        browser.address = "2001:db8:1::1"
        #expect(try await browser.signIn("agent31@example.com", "x").status == 401)
    }

    @Test func `Sign-ins that succeed are not counted`() async throws {
        let office = try await Office()
        _ = try await office.addAgent("anna@example.com", password: "correct horse battery")
        for _ in 1...12 {
            var browser = Browser(office)
            #expect(try await browser.signIn("anna@example.com", "correct horse battery").status == 200)
        }
    }

    @Test func `Signing out, twelve hours and a new password end a session`() async throws {
        let office = try await Office()
        let browser = try await Browser(office, email: "anna@example.com")
        let answer = try await browser.send(.delete, "/api/v1/session", nil)
        #expect(answer.status == 204 && answer.fields[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await browser.get("/api/v1/session").status == 401)

        var second = browser
        _ = try await second.signIn("anna@example.com", "correct horse battery")
        office.wait(.seconds(12 * 3600 - 1))
        #expect(try await second.get("/api/v1/session").status == 200)
        office.wait(.seconds(1))
        #expect(try await second.get("/api/v1/session").status == 401)

        _ = try await second.signIn("anna@example.com", "correct horse battery")
        let agent = try #require(try await office.store.agent(email: "anna@example.com"))
        try await office.store.setPassword(try await Passwords.hash("another battery"), of: agent.id)
        #expect(try await second.get("/api/v1/session").status == 401)
    }

    @Test func `A disabled agent is out: session, token and password`() async throws {
        let office = try await Office()
        let browser = try await Browser(office, email: "anna@example.com")
        let agent = try #require(try await office.store.agent(email: "anna@example.com"))
        try await office.store.setToken(digest: APIToken.digest(of: "ctl_x"), of: agent.id)
        #expect(try await office.answer(.get, "/api/v1/session", [("Authorization", "Bearer ctl_x")]).status == 200)
        _ = try await office.store.database.write { try $0.run("UPDATE agents SET disabled_at = 1 WHERE id = $1", [.text(agent.id.text)]) }
        #expect(try await browser.get("/api/v1/session").status == 401)
        #expect(try await office.answer(.get, "/api/v1/session", [("Authorization", "Bearer ctl_x")]).status == 401)
        var again = Browser(office)
        #expect(try await again.signIn("anna@example.com", "correct horse battery").code == "wrong_credentials")
    }

    @Test func `Signing in again ends the session that the browser had`() async throws {
        let office = try await Office()
        let before = try await Browser(office, email: "anna@example.com")
        var after = before
        _ = try await after.signIn("anna@example.com", "correct horse battery")
        #expect(after.cookie != before.cookie)
        #expect(try await before.get("/api/v1/session").status == 401)
        #expect(try await after.get("/api/v1/session").status == 200)
    }

    @Test(arguments: ["", "centralino=", "centralino=null", "centralino=%COOKIE%; centralino=%COOKIE%", "other=%COOKIE%", "centralino=%COOKIE%A", "xcentralino=%COOKIE%"])
    func `Nothing but one whole cookie of ours is a session`(cookie: String) async throws {
        let office = try await Office()
        let browser = try await Browser(office, email: "anna@example.com")
        let token = try #require(browser.cookie?.dropFirst("centralino=".count))
        #expect(try await office.answer(.get, "/api/v1/session", [("Cookie", cookie.replacing("%COOKIE%", with: token))]).status == 401)
        #expect(try await office.answer(.get, "/api/v1/session", [("Cookie", "a=b; centralino=\(token); c=d")]).status == 200)
    }

    /// How a request differs from one of our own pages, and what it gets.
    static let foreign: [(fields: [(name: String, value: String)], status: Int, code: String)] = [
        ([], 403, "csrf"),
        ([("X-CSRF-Token", "")], 403, "csrf"),
        ([("X-CSRF-Token", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")], 403, "csrf"),
        ([("X-CSRF-Token", "%CSRF%"), ("X-CSRF-Token", "%CSRF%")], 400, "malformed"),
        ([("X-CSRF-Token", "%CSRF%"), ("Origin", "https://evil.example")], 403, "foreign_origin"),
        ([("X-CSRF-Token", "%CSRF%"), ("Origin", "null")], 403, "foreign_origin"),
        ([("X-CSRF-Token", "%CSRF%"), ("Origin", "http://localhost:8080")], 403, "foreign_origin"),
        ([("X-CSRF-Token", "%CSRF%"), ("Origin", "http://localhost.evil.example")], 403, "foreign_origin"),
        ([("X-CSRF-Token", "%CSRF%"), ("Origin", "http://localhost")], 200, ""),
        ([("X-CSRF-Token", "%CSRF%"), ("Origin", "https://help.example.com")], 200, ""),
        ([("X-CSRF-Token", "%CSRF%")], 200, ""),
    ]

    @Test(arguments: foreign.indices)
    func `What a page of another site could send changes nothing`(index: Int) async throws {
        let office = try await Office(publicURL: "https://help.example.com/")
        let browser = try await Browser(office, email: "anna@example.com", cookie: "__Host-centralino")
        let id = try await office.conversation()
        let csrf = try #require(browser.csrf)
        let (fields, status, code) = Self.foreign[index]
        let sent = fields.map { (name: $0.name, value: $0.value.replacing("%CSRF%", with: csrf)) }
        let path = "/api/v1/conversations/\(id)/take"
        let answer = try await office.answer(.post, path, sent + [("Cookie", browser.cookie ?? ""), ("Content-Type", "application/json")], body: "{}")
        #expect(answer.status == status && answer.code ?? "" == code, "\(answer.message)")
        let owner = try await browser.get("/api/v1/conversations/\(id)").json["conversation"]?["owner"]?["kind"]
        #expect(owner == (status == 200 ? "agent" : "queue"))
    }

    @Test func `Another site cannot sign anybody in`() async throws {
        let office = try await Office()
        _ = try await office.addAgent("anna@example.com", password: "correct horse battery")
        let body = #"{"email":"anna@example.com","password":"correct horse battery"}"#
        let json = (name: "Content-Type", value: "application/json")
        #expect(try await office.answer(.post, "/api/v1/session", [json, ("Origin", "https://evil.example")], body: body).status == 403)
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin-1", "application/jsonp"] {
            let answer = try await office.answer(.post, "/api/v1/session", [("Content-Type", type)], body: body)
            #expect(answer.status == 415 && answer.code == "not_json")
        }
        #expect(try await office.answer(.post, "/api/v1/session", [], body: body).status == 415)
        #expect(try await office.answer(.post, "/api/v1/session", [json], body: body).status == 200)
    }

    /// Bodies that are not what the route takes: typed reading leaves no room for operators and extra fields.
    @Test(arguments: [
        ("", 400, "invalid_json"), ("{", 400, "invalid_json"), ("[]", 422, "invalid_body"), ("null", 422, "invalid_body"), ("{}", 422, "invalid_field"),
        (#"{"email":{"$gt":""},"password":{"$gt":""}}"#, 422, "invalid_field"), (#"{"email":["a@b.example"],"password":"x"}"#, 422, "invalid_field"),
        (#"{"email":"a@b.example","password":"x","role":"admin"}"#, 422, "unknown_field"), (#"{"email":"a@b.example","email":"c@d.example","password":"x"}"#, 400, "invalid_json"),
        (#"{"email":"a@b.example","password":null}"#, 422, "invalid_field"), (#"{"email":"a@b.example","password":"\ud800"}"#, 400, "invalid_json"),
    ])
    func `A body that is not what is asked for is refused by name`(body: String, status: Int, code: String) async throws {
        let office = try await Office()
        let answer = try await office.answer(.post, "/api/v1/session", [("Content-Type", "application/json; charset=UTF-8")], body: body)
        #expect(answer.status == status && answer.code == code, "\(answer.message)")
    }
}
