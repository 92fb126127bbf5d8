package dev.adjoint.checkpoint;

/**
 * What a file holds.
 *
 * @param identity of the training that the state is one of
 * @param arithmetic what computed: bits are promised for one kind
 */
public record Checkpoint(TrainingState state, Identity identity, String arithmetic) {}
