package import Messages

/// One answer of the knowledge base in one language, with the questions that it answers.
///
/// The same `id` may exist once per language: it is then one intent in several languages.
package struct Article: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        /// Being written; waiting for somebody's approval; answering; put away.
        case draft, review, live, archived
    }

    /// Stable; the intent's name.
    package var id: String
    package var title: String
    /// BCP 47; the primary subtag in lower case ("it", "pt-BR").
    package var language: String
    /// As customers ask; they, and the title, are what the matcher learns from.
    package var questions: [String]
    /// The answer, in Markdown.
    package var body: String
    /// Other words for the answer on one kind of channel, by the adapter's kind.
    package var answers: [String: String]
    /// Who may read it; empty = everybody.
    package var audience: [String]
    /// Kinds or names of the channels where it may be used; empty = everywhere.
    package var channels: [String]
    /// Where it holds: ISO 3166-1 alpha-2, in capitals; empty = everywhere.
    package var countries: [String]
    /// First moment of validity.
    package var validFrom: Timestamp?
    /// First moment at which it no longer holds.
    package var validUntil: Timestamp?
    package var owner: String?
    /// When somebody should read it again.
    package var review: Timestamp?
    /// Who read this text and let it go live.
    package var approvedBy: String?
    package var tags: [String]
    /// What is asked for and called before the answer is given; the body and `answers` are then templates. Nil for an article that just answers.
    package var script: DialogueScript?
    /// Articles that are offered after this one, by id.
    package var followUps: [String]
    package var status: Status
    /// Where it came from, for messages to its author.
    package var file: String
    /// Names this text of the article: what an answer was given from stays traceable after an edit.
    package var version: String

    package init(
        id: String, title: String, language: String, questions: [String] = [], body: String = "", answers: [String: String] = [:], audience: [String] = [],
        channels: [String] = [], countries: [String] = [], validFrom: Timestamp? = nil, validUntil: Timestamp? = nil, owner: String? = nil, review: Timestamp? = nil,
        approvedBy: String? = nil, tags: [String] = [], script: DialogueScript? = nil, followUps: [String] = [], status: Status = .live, file: String = "", version: String = ""
    ) {
        self.id = id
        self.title = title
        self.language = language
        self.questions = questions
        self.body = body
        self.answers = answers
        self.audience = audience
        self.channels = channels
        self.countries = countries
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.owner = owner
        self.review = review
        self.approvedBy = approvedBy
        self.tags = tags
        self.script = script
        self.followUps = followUps
        self.status = status
        self.file = file
        self.version = version
    }
}

extension Article {
    /// The answer as it is to be said on that kind of channel: its own text where there is one, else the body.
    package func answer(forChannelKind kind: String?) -> String {
        kind.flatMap { answers[$0] } ?? body
    }

    /// Live, and inside its time of validity.
    package func isUsable(at now: Timestamp) -> Bool {
        status == .live && validFrom.map { $0 <= now } != false && validUntil.map { now < $0 } != false
    }

    /// Whether it may be shown there and to such a reader.
    func isVisible(to query: Query) -> Bool {
        (audience.isEmpty || audience.contains { query.audience.contains($0) })
            && (channels.isEmpty || channels.contains { $0 == query.channelKind || $0 == query.channel })
            && (countries.isEmpty || query.country.map(countries.contains) == true)
    }
}

/// What is wrong with an article, in words for the person who wrote it.
package struct ArticleProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// Counted from 1 in the file, not in its front matter.
    package var line: Int?
    package var message: String

    package init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `file:line: message`, as editors understand it.
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
