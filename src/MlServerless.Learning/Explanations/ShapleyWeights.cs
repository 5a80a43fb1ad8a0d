namespace MlServerless.Learning.Explanations;

/// <summary>s! (n−1−s)! / n!: the weight of a coalition of s others when n players come in random order (Shapley, 1953).</summary>
internal sealed class ShapleyWeights
{
    private readonly double[][] byPlayers;

    public ShapleyWeights(int maxPlayers)
    {
        byPlayers = new double[maxPlayers + 1][];
        byPlayers[0] = [];
        for (int players = 1; players <= maxPlayers; players++)
        {
            double[] weights = byPlayers[players] = new double[players];
            weights[0] = 1.0 / players;
            for (int others = 1; others < players; others++)
                weights[others] = weights[others - 1] * others / (players - others);
        }
    }

    /// <summary>The weights of coalitions of 0 … players − 1 others.</summary>
    public ReadOnlySpan<double> Of(int players) => byPlayers[players];
}
