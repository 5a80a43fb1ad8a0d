using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers;

/// <summary>What a training is given beside data and parameters.</summary>
internal sealed record TrainerContext(ulong Seed, WorkTeam Team, ITrainingCheckpoint? Checkpoint, Action<double>? Progress);
