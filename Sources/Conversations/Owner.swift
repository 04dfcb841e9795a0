package import Messages

/// Who speaks for us in a conversation. There is one at a time: everyone else's words are refused.
package enum Owner: Sendable, Hashable {
    case bot
    /// Waiting for a person; nobody speaks.
    case queue
    case agent(AgentID)
    /// Closed. The customer's next message opens it again, with the bot.
    case nobody

    /// As stored, without the agent.
    package var name: String {
        switch self {
        case .bot: "bot"
        case .queue: "queue"
        case .agent: "agent"
        case .nobody: "nobody"
        }
    }

    package init?(name: String, agent: String?) {
        switch (name, agent) {
        case ("bot", nil): self = .bot
        case ("queue", nil): self = .queue
        case ("nobody", nil): self = .nobody
        case ("agent", let agent?): self = .agent(AgentID(agent))
        default: return nil
        }
    }
}
