package dev.adjoint.driver.resident;

import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.SerializerHelper;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** What crosses the desk, as bytes: by the serializers that Spark has for tasks and for their results. For one thread. */
final class Parcels<B extends Serializable, R> {
    private static final long UNKNOWN = -1;

    private final ClassTag<B> ofBegin = ClassTag$.MODULE$.apply(Serializable.class);
    private final ClassTag<Located<R>> ofResult = ClassTag$.MODULE$.apply(Located.class);
    private final SerializerInstance begins = SparkEnv.get().closureSerializer().newInstance();
    private final SerializerInstance results = SparkEnv.get().serializer().newInstance();

    byte[] pack(B begin) {
        ByteBuffer buffer = begins.serialize(begin, ofBegin);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    B begin(byte[] bytes) {
        return begins.deserialize(ByteBuffer.wrap(bytes), ofBegin);
    }

    /** By a stream, as Spark does itself: a buffer of Kryo's has a most. */
    byte[] pack(Located<R> result) {
        return SerializerHelper.serializeToChunkedBuffer(results, result, UNKNOWN, ofResult)
                .toArray();
    }

    Located<R> result(byte[] bytes) {
        return SerializerHelper.deserializeFromChunkedBuffer(
                results, new ChunkedByteBuffer(ByteBuffer.wrap(bytes)), ofResult);
    }
}
