package dev.adjoint.worker;

import java.io.Serializable;

/**
 * What a round begins with.
 *
 * @param parameters flat
 * @param velocity the last update of each parameter; empty where replicas make no steps of their own
 */
public record Snapshot(float[] parameters, float[] velocity) implements Serializable {}
