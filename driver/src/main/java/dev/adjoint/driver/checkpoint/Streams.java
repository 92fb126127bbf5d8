package dev.adjoint.driver.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
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
     * Writes all of it, and closes the stream in any case; in an object store, where closing is what makes a file appear, a
     * stream that failed is given up before.
     *
     * @throws IOException when either fails
     */
    public static void fill(OutputStream out, Content content) throws IOException {
        boolean whole = false;
        try {
            content.writeTo(out);
            out.close();
            whole = true;
        } finally {
            if (!whole
                    && out instanceof FSDataOutputStream file
                    && file.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
                file.abort();
            }
            IOUtils.closeStream(out);
        }
    }
}
