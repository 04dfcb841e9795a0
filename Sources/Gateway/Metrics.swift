import Synchronization

/// Counts of what happened, for `/metrics`. Names are `centralino_<noun>_<unit>`; labels come from closed sets, never from what somebody sent.
package final class Metrics: Sendable {
    private struct Series: Hashable {
        var name: String
        var labels: String
    }

    private let values = Mutex<[Series: Int64]>([:])
    private let sums = Mutex<[Series: (count: Int64, seconds: Double)]>([:])

    package init() {}

    /// Adds to a counter. `labels` as in `outcome="stored",adapter="line"`.
    package func count(_ name: String, _ labels: String = "", by amount: Int64 = 1) {
        values.withLock { $0[Series(name: name, labels: labels), default: 0] += amount }
    }

    /// Adds one observation to a summary of durations.
    package func observe(_ name: String, _ labels: String = "", _ duration: Duration) {
        let (whole, parts) = duration.components
        let seconds = Double(whole) + Double(parts) / 1e18
        sums.withLock {
            let before = $0[Series(name: name, labels: labels)] ?? (0, 0)
            $0[Series(name: name, labels: labels)] = (before.count + 1, before.seconds + seconds)
        }
    }

    /// Prometheus text format 0.0.4. `gauges` are read now, by name with labels.
    package func text(gauges: [(name: String, value: Double)] = []) -> String {
        var out = ""
        let counters = values.withLock { $0 }.sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
        var last = ""
        for (series, value) in counters {
            if series.name != last { out += "# TYPE \(series.name) counter\n" }
            last = series.name
            out += "\(series.name)\(series.labels.isEmpty ? "" : "{\(series.labels)}") \(value)\n"
        }
        for (series, value) in sums.withLock({ $0 }).sorted(by: { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }) {
            if series.name != last { out += "# TYPE \(series.name) summary\n" }
            last = series.name
            let labels = series.labels.isEmpty ? "" : "{\(series.labels)}"
            out += "\(series.name)_sum\(labels) \(value.seconds)\n\(series.name)_count\(labels) \(value.count)\n"
        }
        for gauge in gauges {
            let name = gauge.name.prefix { $0 != "{" }
            if name != last { out += "# TYPE \(name) gauge\n" }
            last = String(name)
            out += "\(gauge.name) \(gauge.value)\n"
        }
        return out
    }
}
