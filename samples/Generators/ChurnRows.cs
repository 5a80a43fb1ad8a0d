using System.Globalization;

namespace MlServerless.Samples;

/// <summary>Subscribers of a telecom at a cut-off date, and whether they left within the next quarter.</summary>
internal sealed class ChurnRows : RowGenerator
{
    private static readonly DateOnly CutOff = new(2025, 1, 1);

    private static readonly string[] Reasons = ["asked about the bill", "wants a faster line", "moved house, \"kept the number\"", "router replaced", "slow in the evening, twice this week", "happy, renewed by phone"];

    public override string Name => "churn";

    public override IReadOnlyList<string> Columns { get; } =
    [
        "customer_id", "signup_date", "age", "tenure_months", "contract", "plan", "payment", "region", "paperless", "insured",
        "monthly_charge", "data_gb", "support_calls", "late_payments", "satisfaction", "last_contact", "note", "churned",
    ];

    public override string Label => "churned";

    public override string Key => "customer_id";

    public override DateOnly FirstMonth => new(2025, 1, 1);

    public override void Write(Dice dice, RowPlace place, IRowWriter writer)
    {
        Subscriber s = Subscriber.Draw(dice, place.Drifted);
        DateOnly cutOff = place.Drifted ? CutOff.AddYears(1) : CutOff;
        bool churned = dice.Chance(PortableMath.Logistic(s.ChurnLogit()));

        // 7919 and 100003 are primes: the ids of a month look shuffled and no two are equal.
        int number = (int)(((place.Row * 7919L) + 4711) % 100_003);
        writer.Text(string.Create(CultureInfo.InvariantCulture, $"C{place.Month:0000}-{number:000000}"));
        writer.Date(cutOff.AddDays(-s.TenureDays));
        writer.Integer(dice.Chance(place.Drifted ? 0.20 : 0.06) ? null : s.Age);
        writer.Integer(s.TenureMonths);
        writer.Text(s.Contract);
        writer.Text(s.Plan);
        writer.Text(dice.Chance(0.02) ? null : s.Payment);
        writer.Text(s.Region);
        writer.Boolean(s.Paperless);
        writer.Boolean(dice.Chance(0.04) ? null : s.Insured);
        writer.Decimal(s.ChargeCents, 2);
        writer.Decimal(dice.Chance(0.08) ? null : s.DataTenths, 1);
        writer.Integer(s.SupportCalls);
        writer.Integer(s.LatePayments);
        writer.Integer(dice.Chance(place.Drifted ? 0.55 : 0.35) ? null : s.Satisfaction);
        bool contacted = s.SupportCalls > 0 || dice.Chance(0.4);
        writer.Instant(contacted ? cutOff.ToDateTime(TimeOnly.MinValue).AddSeconds(-dice.Integer(60, 180 * 86_400)) : null);
        writer.Text(contacted && dice.Chance(0.3) ? Reasons[dice.Integer(0, Reasons.Length - 1)] : null);
        writer.Text(churned ? "yes" : "no");
    }

    private sealed record Subscriber(
        int Age, int TenureDays, string Contract, string Plan, string Payment, string Region, bool Paperless, bool Insured,
        long ChargeCents, long DataTenths, int SupportCalls, int LatePayments, int Satisfaction)
    {
        public int TenureMonths => TenureDays / 30;

        private double Charge => Fixed.ToDouble(ChargeCents, 2);

        private double Data => Fixed.ToDouble(DataTenths, 1);

        public static Subscriber Draw(Dice dice, bool drifted)
        {
            int age = (int)Math.Clamp(46 + (15 * dice.Normal()), 18, 95);
            double stay = dice.Uniform();
            int tenureDays = (int)(stay * stay * 2_190) + 3;
            string contract = dice.Pick(("monthly", drifted ? 0.68 : 0.50), ("one-year", 0.28), ("two-year", drifted ? 0.10 : 0.22));
            string plan = dice.Pick(("basic", 0.34), ("standard", 0.36), ("family", 0.18), ("premium", 0.12));
            string payment = dice.Pick(("card", 0.42), ("transfer", 0.28), ("invoice", 0.18), ("wallet", 0.12), ("pay-later", drifted ? 0.09 : 0));
            string region = dice.Pick(("north", 0.18), ("south", 0.15), ("east", 0.12), ("west", 0.14), ("centre", 0.22), ("coast", 0.09), ("hills", 0.06), ("islands", 0.04));
            bool paperless = dice.Chance(payment == "invoice" ? 0.25 : 0.75);
            bool insured = dice.Chance(plan == "premium" ? 0.6 : 0.25);
            double charge = plan switch { "basic" => 24, "standard" => 42, "family" => 63, _ => 84 } + (6 * dice.Normal()) + (insured ? 7 : 0);
            if (drifted)
                charge *= 1.18;
            double data = PortableMath.Exp(2.1 + (0.75 * dice.Normal()) + (plan is "premium" or "family" ? 0.5 : 0) + (drifted ? 0.35 : 0));
            int calls = dice.Count(contract == "monthly" ? 1.4 : 0.9);
            int late = dice.Count(payment == "invoice" ? 0.9 : 0.35);
            int satisfaction = (int)Math.Clamp(4.2 - (0.45 * calls) - (charge > 70 ? 0.5 : 0) + dice.Normal(), 1, 5);
            return new Subscriber(
                age, tenureDays, contract, plan, payment, region, paperless, insured,
                Fixed.Round(Math.Max(9, charge), 2), Fixed.Round(data, 1), calls, late, satisfaction);
        }

        /// <summary>Log-odds of leaving: a part that a linear model sees, then one that takes interactions.</summary>
        public double ChurnLogit()
        {
            double linear = -2.2
                + (Contract switch { "monthly" => 0.9, "one-year" => 0.0, _ => -0.9 })
                - (0.014 * (TenureMonths - 24))
                + (0.35 * Math.Min(LatePayments, 4))
                - (0.30 * (Satisfaction - 3))
                + (Payment switch { "invoice" => 0.35, "card" => -0.2, "pay-later" => 0.6, _ => 0.0 })
                + (Region switch { "islands" => 0.5, "coast" => 0.25, "centre" => -0.15, _ => 0.0 });

            double shape = 0;
            if (TenureMonths < 5)
                shape += 1.3;
            // On a contract the renewal months are the dangerous ones.
            if (Contract != "monthly" && TenureMonths % 12 is 11 or 0 && TenureMonths > 0)
                shape += 1.5;
            // Calls by themselves are contact; calls of the dissatisfied are farewells.
            if (SupportCalls >= 3)
                shape += Satisfaction <= 2 ? 1.6 : -0.8;
            double perGigabyte = Charge / Data;
            if (perGigabyte > 6)
                shape += 1.5;
            else if (perGigabyte < 2.5)
                shape -= 0.9;
            double middle = (Age - 46) / 15.0;
            shape += 0.5 * (Math.Min(middle * middle, 4) - 1);
            if (Plan == "premium" && !Insured)
                shape += 0.9;
            return (1.4 * linear) + (1.2 * shape);
        }
    }
}
