package dev.adjoint.driver.resident;

import java.io.Serializable;

/**
 * What a task came to, and where it ran.
 *
 * @param executor where its executor is, as Spark says
 * @param address where letters to it are sent
 */
record Located<R>(String executor, String address, R result) implements Serializable {}
