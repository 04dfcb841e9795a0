import Foundation
import HTTPTypes
import Messages
import Storage
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct AgentTests {
    private func token(of link: String) throws -> String {
        let mark = try #require(link.range(of: "/console/#invitation="))
        return String(link[mark.upperBound...])
    }

    @Test func `An invitation works once`() async throws {
        let office = try await Office()
        let anna = try await office.addAgent("anna@example.com", role: .admin)
        let link = try await Invitations.link(for: anna.id, in: office.store, baseURL: "https://help.example.com/")
        #expect(link.hasPrefix("https://help.example.com/console/#invitation="))
        let token = try token(of: link)
        var browser = Browser(office)
        let first = try await browser.accept(token, name: " Anna B. ")
        #expect(first.status == 200 && first.json["agent"]?["name"] == "Anna B." && first.cookie != nil)
        #expect(try await browser.get("/api/v1/session").status == 200)
        let second = try await browser.accept(token, password: "somebody else's")
        #expect(second.status == 410 && second.code == "invitation_gone")
        var other = Browser(office)
        #expect(try await other.signIn("anna@example.com", "correct horse battery").status == 200)
    }

    @Test func `An invitation ends after 72 hours and when there is a newer one`() async throws {
        let office = try await Office()
        let anna = try await office.addAgent("anna@example.com")
        let first = try token(of: try await Invitations.link(for: anna.id, in: office.store, baseURL: ""))
        let second = try token(of: try await Invitations.link(for: anna.id, in: office.store, baseURL: ""))
        var browser = Browser(office)
        #expect(try await browser.accept(first).status == 410)
        office.wait(.seconds(72 * 3600))
        #expect(try await browser.accept(second).status == 410)
        #expect(try await office.store.agent(email: "anna@example.com")?.password == nil)
    }

    @Test(arguments: ["", "null", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", String(repeating: "x", count: 10_000)])
    func `A made-up invitation is gone`(token: String) async throws {
        let office = try await Office()
        var browser = Browser(office)
        let answer = try await browser.accept(token)
        #expect(answer.status == 410 && answer.code == "invitation_gone")
    }

    @Test(arguments: [("", "correct horse battery", "name"), ("Anna", "too short", "password"), ("An\u{202E}na", "correct horse battery", "name")])
    func `A bad name or password leaves the invitation as it was`(name: String, password: String, field: String) async throws {
        let office = try await Office()
        let anna = try await office.addAgent("anna@example.com")
        let token = try token(of: try await Invitations.link(for: anna.id, in: office.store, baseURL: ""))
        var browser = Browser(office)
        let answer = try await browser.accept(token, name: name, password: password)
        #expect(answer.status == 422 && answer.message.contains("\"\(field)\""))
        #expect(try await browser.accept(token).status == 200)
    }

    @Test func `Accepting a new invitation ends the agent's sessions`() async throws {
        let office = try await Office()
        let before = try await Browser(office, email: "anna@example.com")
        let anna = try #require(try await office.store.agent(email: "anna@example.com"))
        let token = try token(of: try await Invitations.link(for: anna.id, in: office.store, baseURL: ""))
        var after = Browser(office)
        #expect(try await after.accept(token, password: "another battery").status == 200)
        #expect(try await before.get("/api/v1/session").status == 401)
    }

    @Test func `An admin adds agents, and nobody else does`() async throws {
        let office = try await Office()
        let admin = try await Browser(office, email: "boss@example.com", role: .admin)
        let agent = try await Browser(office, email: "anna@example.com")
        let new: JSON = ["email": "Bea@example.com", "name": "Bea", "role": "agent"]
        let refused = try await agent.post("/api/v1/agents", new)
        #expect(refused.status == 403 && refused.code == "forbidden")
        let added = try await admin.post("/api/v1/agents", new)
        #expect(added.status == 201 && added.json["agent"]?["email"] == "bea@example.com" && added.json["agent"]?["status"] == "invited")
        let link = try #require(added.json["invitation"]?["link"]?.string)
        #expect(link.hasPrefix("/console/#invitation="))
        let again = try await admin.post("/api/v1/agents", new)
        #expect(again.status == 200 && again.json["invitation"]?["link"] != added.json["invitation"]?["link"])
        var bea = Browser(office)
        #expect(try await bea.accept(try token(of: link)).status == 410)
        #expect(try await bea.accept(try token(of: again.json["invitation"]?["link"]?.string ?? "")).status == 200)
        #expect(try await admin.post("/api/v1/agents", new).status == 409)

        let seen = try await agent.get("/api/v1/agents").json["agents"]?.array ?? []
        #expect(seen.count == 3 && seen.allSatisfy { $0["email"] == .null })
        let whole = try await admin.get("/api/v1/agents").json["agents"]?.array ?? []
        #expect(whole.map { $0["email"]?.string } == ["anna@example.com", "bea@example.com", "boss@example.com"])
    }

    @Test(
        arguments: [
            (["email": "bea", "name": "Bea", "role": "agent"], "email"), (["email": "b@example.com", "name": "", "role": "agent"], "name"),
            (["email": "b@example.com", "name": "Bea", "role": "owner"], "role"), (["email": "b@example.com", "name": "Bea"], "role"),
            (["email": "b@example.com", "name": "Bea", "role": "agent", "password": "x"], "password"),
        ] as [(JSON, String)])
    func `A field of a new agent that is wrong is named`(body: JSON, field: String) async throws {
        let office = try await Office()
        let admin = try await Browser(office, email: "boss@example.com", role: .admin)
        let answer = try await admin.post("/api/v1/agents", body)
        #expect(answer.status == 422 && answer.message.contains("\"\(field)\""))
    }

    @Test func `A token acts as its agent, without cookie and CSRF token`() async throws {
        let office = try await Office()
        let anna = try await office.addAgent("anna@example.com")
        let token = APIToken.make()
        #expect(token.hasPrefix("ctl_") && token.utf8.count == 47)
        try await office.store.setToken(digest: APIToken.digest(of: token), of: anna.id)
        let id = try await office.conversation()
        let bearer = (name: "Authorization", value: "Bearer \(token)")
        let json = (name: "Content-Type", value: "application/json")
        let session = try await office.answer(.get, "/api/v1/session", [bearer])
        #expect(session.status == 200 && session.json["csrf"] == .null)
        #expect(try await office.answer(.post, "/api/v1/conversations/\(id)/take", [bearer, json], body: "{}").status == 200)
        #expect(try await office.answer(.delete, "/api/v1/session", [bearer]).status == 409)
        #expect(try await office.answer(.post, "/api/v1/agents", [bearer, json], body: "{}").status == 403)
        try await office.store.setToken(digest: nil, of: anna.id)
        #expect(try await office.answer(.get, "/api/v1/session", [bearer]).status == 401)
    }

    @Test(arguments: ["Bearer", "Bearer ", "Bearer null", "Basic YTpi", "Bearer  ctl_x", "ctl_x", "Bearer ctl_x y"])
    func `Nothing but a token is a token, and a bad one is not made good by a cookie`(value: String) async throws {
        let office = try await Office()
        let browser = try await Browser(office, email: "anna@example.com")
        let answer = try await browser.send(.get, "/api/v1/session", nil, [("Authorization", value)])
        #expect(answer.status == 401 && answer.code == "invalid_token" && answer.fields[.wwwAuthenticate] != nil)
    }
}
