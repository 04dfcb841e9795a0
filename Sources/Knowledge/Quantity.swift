/// An amount in a sentence: what it measures, how much, and as which bound.
struct Quantity: Sendable, Hashable {
    enum Dimension: Hashable, Sendable {
        /// In units of the currency.
        case money(String)
        /// In hours.
        case duration
        /// Of people, in years.
        case age
        case percent
        /// In minutes since midnight.
        case clock
        /// Month times 100 plus day; the year, where there is one, is times 10,000.
        case date
        /// From 1 for Monday to 7.
        case weekday
        /// In gigabytes.
        case storage
        /// In Mbit/s.
        case speed
        /// In kilograms, centimetres, degrees.
        case weight, length, temperature
        /// Of things, by the stem of what is counted.
        case count(UInt64)
        case phone
    }

    enum Bound: Sendable, Hashable { case exact, least, most }

    var dimension: Dimension
    var low: Double
    var high: Double
    var bound: Bound
    /// What a price or an amount is for: hours of the time after "a", "per"; 0 where there is none.
    var per: Double = 0
    /// Working days, whose number may be meant as it is.
    var isWorking = false
    /// The number as it is written, before units: "5 days" and "5 working days" are not told apart.
    var written: Double
    /// Of a time of day: the days of the week that it is said of, where they are named.
    var days: ClosedRange<Double>?
    /// The term that it is of ("a deposit of 50 €"), or -1.
    var of: Int32 = -1
    /// Its tokens.
    var place: Range<Int>

    var isCount: Bool { if case .count = dimension { true } else { false } }
    var isWeekend: Bool { dimension == .weekday && low >= 6 }

    /// Whether the two say the same: "14 days" and "two weeks", "2–3 days" and "3 days".
    func agrees(with other: Quantity) -> Bool {
        if dimension == .duration, other.dimension == .duration, isWorking != other.isWorking, written == other.written { return true }
        switch dimension {
        case .clock, .weekday: return agrees(with: other, low: (low, other.low), high: (high, other.high))
        case .date:
            // A date without a year agrees with the same day of any year.
            let cycle = low < 10_000 || other.low < 10_000 ? 10_000 : Double.infinity
            func day(_ value: Double) -> Double { value.truncatingRemainder(dividingBy: cycle) }
            return agrees(with: other, low: (day(low), day(other.low)), high: (day(high), day(other.high)))
        default: break
        }
        // A month is 28 to 31 days, a year 360 or 365: 2 % of what is longer than a day.
        let slack = dimension == .duration ? (max(low, other.low) > 24 * 27 ? 0.035 : 0.001) : 0.001
        return low <= other.high * (1 + slack) && other.low <= high * (1 + slack)
    }

    /// Of times and days: "9 to 18" and "until 18" agree, "9 to 18" and "9 to 19" do not.
    private func agrees(with other: Quantity, low: (Double, Double), high: (Double, Double)) -> Bool {
        let (isRange, isOtherRange) = (low.0 != high.0, low.1 != high.1)
        if isRange == isOtherRange { return low.0 == low.1 && high.0 == high.1 }
        let (from, to, point, bound) = isRange ? (low.0, high.0, low.1, other.bound) : (low.1, high.1, low.0, self.bound)
        return switch bound {
        case .exact: point >= from && point <= to
        case .least: point == from
        case .most: point == to
        }
    }

    /// Whether they could be two answers to one question: not a least amount and a largest one, not a price a day and a price a month.
    func isComparable(with other: Quantity) -> Bool {
        guard dimension == other.dimension else { return false }
        if bound != .exact, other.bound != .exact, bound != other.bound { return false }
        if let days, let others = other.days, !days.overlaps(others) { return false }
        // From which price on something holds is no price.
        if case .money = dimension, (bound == .least) != (other.bound == .least) { return false }
        return per == 0 || other.per == 0 || abs(per - other.per) < 0.01 * max(per, other.per)
    }
}
