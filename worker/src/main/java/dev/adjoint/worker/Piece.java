package dev.adjoint.worker;

/** Some consecutive examples of a shard. */
public interface Piece {
    /** The number of the shard that it is of. */
    int shard();
}
