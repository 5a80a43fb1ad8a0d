using System.Globalization;

namespace MlServerless.Samples;

/// <summary>Homes sold in one town, with what they fetched.</summary>
internal sealed class HousePriceRows : RowGenerator
{
    private static readonly DateOnly LastSale = new(2024, 12, 31);

    private static readonly string[] Energy = ["A", "B", "C", "D", "E", "F", "G"];

    private static readonly string[] Phrases = ["bright corner", "quiet street, near school", "\"as good as new\"", "needs love", "view of the park", "two minutes to the station, noisy"];

    public override string Name => "house-prices";

    public override IReadOnlyList<string> Columns { get; } =
    [
        "listing_id", "sold_on", "district", "kind", "area_m2", "plot_m2", "rooms", "bathrooms", "floor", "built_year",
        "energy_class", "lift", "garden", "renovated", "station_km", "centre_km", "description", "price",
    ];

    public override string Label => "price";

    public override string Key => "listing_id";

    public override DateOnly FirstMonth => new(2025, 1, 1);

    public override void Write(Dice dice, RowPlace place, IRowWriter writer)
    {
        Home h = Home.Draw(dice, place.Drifted);
        DateOnly lastSale = place.Drifted ? LastSale.AddYears(1) : LastSale;
        int number = (int)(((place.Row * 6007L) + 1231) % 100_003);
        writer.Integer((((long)place.Month + 1) * 1_000_000) + number);
        writer.Date(lastSale.AddDays(-dice.Integer(0, 364)));
        writer.Text(h.District);
        writer.Text(h.Kind);
        writer.Decimal(h.AreaTenths, 1);
        writer.Integer(h.Plot);
        writer.Integer(dice.Chance(0.03) ? null : h.Rooms);
        writer.Integer(h.Bathrooms);
        writer.Integer(h.Floor);
        writer.Integer(dice.Chance(0.07) ? null : h.BuiltYear);
        writer.Text(dice.Chance(place.Drifted ? 0.30 : 0.14) ? null : Energy[h.Energy]);
        writer.Boolean(h.Lift);
        writer.Boolean(h.Garden);
        writer.Boolean(dice.Chance(0.25) ? null : h.Renovated);
        writer.Decimal(dice.Chance(0.05) ? null : h.StationHundredths, 2);
        writer.Decimal(h.CentreHundredths, 2);
        writer.Text(dice.Chance(0.6) ? string.Create(CultureInfo.InvariantCulture, $"{h.Rooms} rooms, {Phrases[dice.Integer(0, Phrases.Length - 1)]}") : null);
        writer.Integer(h.Price(noise: PortableMath.Exp(0.09 * dice.Normal())));
    }

    private sealed record Home(
        string District, double DistrictLevel, string Kind, long AreaTenths, int? Plot, int Rooms, int Bathrooms, int? Floor, int BuiltYear,
        int Energy, bool? Lift, bool Garden, bool Renovated, long StationHundredths, long CentreHundredths)
    {
        private double Area => Fixed.ToDouble(AreaTenths, 1);

        public static Home Draw(Dice dice, bool drifted)
        {
            (string district, double level, double centre) = dice.Pick(
                (("Altstadt", 1.35, 0.6), 0.09), (("Bahnhof", 0.95, 1.2), 0.12), (("Hafen", 1.15, 2.0), drifted ? 0.20 : 0.08),
                (("Lindenhof", 1.05, 3.1), 0.14), (("Muehlberg", 1.25, 4.0), 0.10), (("Nordend", 0.85, 4.6), 0.15),
                (("Ostfeld", 0.78, 5.8), 0.13), (("Seeblick", 1.45, 6.5), 0.06), (("Weststadt", 0.92, 3.6), 0.13),
                (("Neue Werft", 1.30, 2.4), drifted ? 0.07 : 0));
            string kind = dice.Pick(("flat", centre < 3 ? 0.75 : 0.35), ("terraced", 0.22), ("semi", 0.18), ("detached", centre < 3 ? 0.05 : 0.25));
            bool flat = kind == "flat";
            double area = kind switch { "flat" => 68, "terraced" => 112, "semi" => 128, _ => 158 } * PortableMath.Exp(0.28 * dice.Normal());
            if (drifted)
                area *= 0.9;
            int rooms = (int)Math.Clamp((area / 27) + (0.6 * dice.Normal()) + 0.5, 1, 12);
            int bathrooms = 1 + (area > 105 && dice.Chance(0.6) ? 1 : 0) + (area > 190 && dice.Chance(0.5) ? 1 : 0);
            int? floor = flat ? dice.Integer(0, 8) : null;
            int built = dice.Pick((dice.Integer(1880, 1918), 0.18), (dice.Integer(1919, 1949), 0.12), (dice.Integer(1950, 1979), 0.32), (dice.Integer(1980, 2004), 0.22), (dice.Integer(2005, 2024), 0.16));
            bool renovated = built < 1990 && dice.Chance(0.35);
            double energy = ((2024 - built) / 22.0) - (renovated ? 2.2 : 0) + (0.8 * dice.Normal());
            bool? lift = flat ? dice.Chance(built > 1960 ? 0.65 : 0.2) : null;
            bool garden = dice.Chance(flat ? 0.12 : 0.9);
            int? plot = flat ? null : (int)(area * dice.Uniform(1.2, kind == "detached" ? 6.5 : 2.8));
            double station = PortableMath.Exp((0.6 * dice.Normal()) + (centre < 3 ? -0.6 : 0.3));
            return new Home(
                district, level, kind, Fixed.Round(area, 1), plot, rooms, bathrooms, floor, built, (int)Math.Clamp(energy, 0, 6), lift, garden, renovated,
                Fixed.Round(station, 2), Fixed.Round(Math.Max(0.1, centre + (0.5 * dice.Normal())), 2));
        }

        /// <summary>In whole hundreds. Most effects multiply, and some depend on each other.</summary>
        public long Price(double noise)
        {
            double perSquareMetre = 3_900 * DistrictLevel;
            // Small homes cost more per square metre.
            perSquareMetre *= 0.82 + (18 / (Area + 20));
            double factor = 1;
            // Before 1919 means stucco and high ceilings, but only in the old town's reach.
            factor *= BuiltYear switch { < 1919 => DistrictLevel > 1.1 ? 1.18 : 0.90, < 1950 => 0.92, < 1980 => 0.86, < 2005 => 0.98, _ => 1.16 };
            if (Renovated)
                factor *= 1.11;
            factor *= 1 - (0.028 * Math.Max(0, Energy - 2));
            if (Floor is { } floor)
                factor *= Lift == true ? 1 + (0.018 * floor) : floor >= 3 ? 1 - (0.045 * (floor - 2)) : 1;
            double station = Fixed.ToDouble(StationHundredths, 2);
            factor *= station < 0.25 ? 0.95 : station < 1 ? 1.07 : 1 - (0.02 * Math.Min(station, 6));
            double price = perSquareMetre * Area * factor;
            if (Plot is { } plot)
                price += 210 * DistrictLevel * Math.Min(plot, 900);
            if (Garden)
                price += 14_000;
            price += 9_000 * (Bathrooms - 1);
            return Fixed.Round(price * noise / 100, 0) * 100;
        }
    }
}
