package dev.adjoint.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.io.IOUtils;

/**
 * Writes and closes. A stream of HDFS that has failed throws one and the same exception when it is closed, which {@code try}
 * with resources cannot add to itself.
 */
public final class Streams {
    private Streams() {}

    /** What is written. */
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes all of it, and closes the stream in any case.
     *
     * @throws IOException when either fails
     */
    public static void fill(OutputStream out, Content content) throws IOException {
        try {
            content.writeTo(out);
            out.close();
        } finally {
            IOUtils.closeStream(out);
        }
    }
}
