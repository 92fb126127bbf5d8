package dev.adjoint.worker;

/** Some consecutive examples of a shard. */
public interface Piece {
    /** The shard's number. */
    int shard();
}
