import Gateway
import Knowledge
import Messages
import Storage

/// How what is known about articles looks on the wire.
extension GivenAnswer {
    var json: JSON {
        [
            "message": .string(message.text), "conversation": .string(conversation.text), "article": .string(article), "version": .string(version),
            "confidence": confidence.map(JSON.number) ?? .null, "at": .string(at.rfc3339),
        ]
    }
}

extension ArticleVersion {
    /// With the article's language: an answer names id and version only.
    var traced: JSON {
        var traced = whole
        traced["language"] = .string(key.language)
        return traced
    }
}

extension AskedQuestion {
    var json: JSON {
        [
            "message": .string(message.text), "conversation": .string(conversation.text), "text": .string(text), "language": .text(language), "channel": .string(channel),
            "at": .string(at.rfc3339),
        ]
    }
}

extension Candidate {
    var json: JSON {
        [
            "article": .string(articleID), "language": .string(language), "title": .string(title), "version": .string(version), "confidence": .number(confidence),
        ]
    }
}

extension ArticlePreview {
    var json: JSON {
        [
            "since": .string(since.rfc3339), "questions": .integer(Int64(questions)), "looked": .integer(Int64(looked)),
            "gained": .integer(Int64(counts[.gained] ?? 0)), "lost": .integer(Int64(counts[.lost] ?? 0)), "changed": .integer(Int64(counts[.changed] ?? 0)),
            "examples": .array(
                examples.map {
                    ["effect": .string($0.effect.rawValue), "question": $0.question.json, "before": $0.before?.json ?? .null, "after": $0.after?.json ?? .null]
                }),
        ]
    }
}

extension KnowledgeHealth {
    var json: JSON {
        [
            "refused": .array(refused.map { ["file": .string($0.file), "problem": .string($0.problem)] }),
            "golden": golden.map {
                ["checks": .integer(Int64($0.checks)), "right": .integer(Int64($0.right)), "newly_wrong": .array($0.newlyWrong.map(JSON.string))] as JSON
            } ?? .null,
        ]
    }
}

extension KnowledgeGap {
    private static let shown = 20

    var json: JSON {
        [
            "language": .string(language), "question": .string(question), "words": .array(words.map(JSON.string)), "people": .integer(Int64(people)),
            "times": .integer(Int64(misses.count)), "last": .string(last.rfc3339), "right": .text(right),
            "questions": .array(
                misses.prefix(Self.shown).map { miss in
                    var json = miss.question.json
                    json["reason"] = .string(miss.reason)
                    json["given"] = .array(miss.given.keys.sorted().map(JSON.string))
                    return json
                }),
        ]
    }
}

extension ArticleEffect {
    var json: JSON {
        [
            "published": .text(published?.rfc3339),
            "weeks": .array(
                weeks.map {
                    [
                        "from": .string($0.from.rfc3339), "questions": .integer(Int64($0.questions)), "answered": .integer(Int64($0.answered)),
                        "otherwise": .integer(Int64($0.otherwise)), "handed_off": .integer(Int64($0.handedOff)),
                    ]
                }),
        ]
    }
}

extension AnswerReview {
    var json: JSON {
        [
            "message": .string(message.text), "conversation": .string(conversation.text), "article": .text(article), "given": .text(given), "agent": agent.json,
            "at": .string(at.rfc3339),
        ]
    }
}

extension MatchExplanation {
    var json: JSON {
        [
            "question": question.json, "threshold": .number(threshold), "candidates": .array(candidates.map(\.json)),
            "words": .array(words.map { ["word": .string($0.word), "weight": .number($0.weight)] }),
        ]
    }
}

extension MessageReview {
    var json: JSON { ["article": .text(article), "title": .text(title), "agent": agent.json, "at": .string(at.rfc3339)] }
}
