package dev.adjoint.driver.checkpoint;

import dev.adjoint.driver.training.Identity;
import dev.adjoint.driver.training.TrainingState;

/**
 * What a file holds.
 *
 * @param identity of the training that the state is one of
 * @param numerics what computed: bits are promised for one kind
 */
public record Checkpoint(TrainingState state, Identity identity, String numerics) {}
