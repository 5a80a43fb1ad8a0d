using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>
/// The loss of a linear model over all rows plus half the squared L2 norm of its coefficients, and its gradient. Weights: for every
/// output its coefficients, then its intercept, which is not penalised. Rows are summed in fixed chunks that are combined in their order.
/// </summary>
internal sealed class LinearObjective
{
    public const int MaxChunks = 64;

    private readonly LinearDesign design;
    private readonly double[] targets;
    private readonly ILinearLoss loss;
    private readonly double l2;
    private readonly WorkTeam team;
    private readonly int chunks;
    private readonly double[][] chunkGradients;
    private readonly double[] chunkLosses;

    public LinearObjective(LinearDesign design, double[] targets, ILinearLoss loss, double l2, WorkTeam team)
    {
        this.design = design;
        this.targets = targets;
        this.loss = loss;
        this.l2 = l2;
        this.team = team;
        chunks = Math.Min(MaxChunks, design.Blocks);
        chunkGradients = new double[chunks][];
        chunkLosses = new double[chunks];
        for (int c = 0; c < chunks; c++)
            chunkGradients[c] = new double[loss.Outputs * PaddedWidth];
    }

    /// <summary>Weights per output.</summary>
    public int Width => design.Coefficients + 1;

    public int Size => loss.Outputs * Width;

    // One more place per output for rows that pick no coefficient of a group.
    private int PaddedWidth => design.Coefficients + 2;

    /// <summary>Whether a weight is an intercept.</summary>
    public bool IsIntercept(int weight) => weight % Width == design.Coefficients;

    /// <summary>The best constant model.</summary>
    public double[] Start()
    {
        double[] weights = new double[Size];
        double[] start = loss.Start(targets);
        for (int k = 0; k < start.Length; k++)
            weights[k * Width + design.Coefficients] = start[k];
        return weights;
    }

    /// <summary>The diagonal of the second derivatives at the start.</summary>
    public double[] Curvatures()
    {
        team.Run(chunks, chunk =>
        {
            double[] sums = chunkGradients[chunk];
            Array.Clear(sums);
            for (int block = ChunkStart(chunk); block < ChunkStart(chunk + 1); block++)
            {
                for (int j = 0; j < design.DenseCoefficients.Length; j++)
                {
                    ReadOnlySpan<double> column = design.Dense[block].AsSpan(j * LinearDesign.BlockRows, LinearDesign.BlockRows);
                    sums[design.DenseCoefficients[j]] += BlockProducts.Dot(column, column);
                }
                for (int g = 0; g < design.Groups; g++)
                    foreach (int code in design.Codes[block].AsSpan(g * LinearDesign.BlockRows, design.RowsOf(block)))
                        sums[code]++;
                SparseProducts.AddSquares(design.Sparse[block], sums);
            }
        });
        double[] squares = new double[PaddedWidth];
        foreach (double[] sums in chunkGradients)
            for (int p = 0; p < design.Coefficients; p++)
                squares[p] += sums[p];
        double[] start = loss.Start(targets);
        double[] diagonal = new double[Size];
        for (int k = 0; k < loss.Outputs; k++)
        {
            double curvature = loss.Curvature(start[k], k);
            for (int p = 0; p < design.Coefficients; p++)
                diagonal[k * Width + p] = Math.Max(curvature * squares[p] + l2, 1e-12);
            diagonal[k * Width + design.Coefficients] = Math.Max(curvature * design.Rows, 1e-12);
        }
        return diagonal;
    }

    /// <summary>The objective at the weights; writes its gradient.</summary>
    public double Evaluate(ReadOnlySpan<double> weights, Span<double> gradient)
    {
        double[] padded = Pad(weights);
        team.Run(chunks, chunk =>
        {
            Array.Clear(chunkGradients[chunk]);
            double sum = 0;
            double[] margins = new double[loss.Outputs * LinearDesign.BlockRows];
            for (int block = ChunkStart(chunk); block < ChunkStart(chunk + 1); block++)
                sum += EvaluateBlock(block, padded, margins, chunkGradients[chunk]);
            chunkLosses[chunk] = sum;
        });
        double total = 0;
        gradient.Clear();
        for (int c = 0; c < chunks; c++)
        {
            total += chunkLosses[c];
            for (int k = 0; k < loss.Outputs; k++)
                for (int p = 0; p < Width; p++)
                    gradient[k * Width + p] += chunkGradients[c][k * PaddedWidth + PaddedIndex(p)];
        }
        for (int i = 0; i < weights.Length; i++)
        {
            if (IsIntercept(i))
                continue;
            total += l2 / 2 * weights[i] * weights[i];
            gradient[i] += l2 * weights[i];
        }
        return total;
    }

    private double EvaluateBlock(int block, double[] weights, double[] margins, double[] gradient)
    {
        const int Stride = LinearDesign.BlockRows;
        int rows = design.RowsOf(block);
        double[] dense = design.Dense[block];
        int[] codes = design.Codes[block];
        for (int k = 0; k < loss.Outputs; k++)
        {
            Span<double> margin = margins.AsSpan(k * Stride, Stride);
            ReadOnlySpan<double> own = weights.AsSpan(k * PaddedWidth, PaddedWidth);
            margin.Fill(own[design.Coefficients + 1]);
            for (int j = 0; j < design.DenseCoefficients.Length; j++)
                BlockProducts.AddScaled(margin, dense.AsSpan(j * Stride, Stride), own[design.DenseCoefficients[j]]);
            for (int g = 0; g < design.Groups; g++)
            {
                ReadOnlySpan<int> picked = codes.AsSpan(g * Stride, rows);
                for (int i = 0; i < picked.Length; i++)
                    margin[i] += own[picked[i]];
            }
            SparseProducts.AddScaled(design.Sparse[block], own, margin);
        }
        double sum = loss.Differentiate(margins, Stride, targets.AsSpan(block * Stride, rows));
        for (int k = 0; k < loss.Outputs; k++)
        {
            Span<double> derivative = margins.AsSpan(k * Stride, Stride);
            Span<double> own = gradient.AsSpan(k * PaddedWidth, PaddedWidth);
            derivative[rows..].Clear();
            for (int j = 0; j < design.DenseCoefficients.Length; j++)
                own[design.DenseCoefficients[j]] += BlockProducts.Dot(dense.AsSpan(j * Stride, Stride), derivative);
            for (int g = 0; g < design.Groups; g++)
            {
                ReadOnlySpan<int> picked = codes.AsSpan(g * Stride, rows);
                for (int i = 0; i < picked.Length; i++)
                    own[picked[i]] += derivative[i];
            }
            SparseProducts.AddTransposed(design.Sparse[block], derivative, own);
            double intercept = 0;
            foreach (double value in derivative[..rows])
                intercept += value;
            own[design.Coefficients + 1] += intercept;
        }
        return sum;
    }

    private int ChunkStart(int chunk) => (int)((long)chunk * design.Blocks / chunks);

    // In the padded layout the place for "none" lies between the coefficients and the intercept.
    private int PaddedIndex(int weight) => weight < design.Coefficients ? weight : weight + 1;

    private double[] Pad(ReadOnlySpan<double> weights)
    {
        double[] padded = new double[loss.Outputs * PaddedWidth];
        for (int k = 0; k < loss.Outputs; k++)
            for (int p = 0; p < Width; p++)
                padded[k * PaddedWidth + PaddedIndex(p)] = weights[k * Width + p];
        return padded;
    }
}
