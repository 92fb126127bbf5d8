package dev.adjoint.driver.rounds;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record by its components, one after the other: numbers as they are, lists by their elements, and anything else as Kryo has
 * it. The canonical constructor makes it again, checks included. (Kryo 4 knows nothing of records, and sets their fields.) It has
 * no state of its own, so one serves every Kryo.
 */
public final class RecordSerializer<T extends Record> extends Serializer<T> {
    private final Class<T> type;
    private final RecordComponent[] components;
    private final Method[] accessors;
    private final Constructor<T> constructor;

    /** Of a class of records. */
    public RecordSerializer(Class<T> type) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.accessors = new Method[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            accessors[i] = components[i].getAccessor();
            accessors[i].setAccessible(true);
            types[i] = components[i].getType();
        }
        try {
            this.constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has a canonical constructor", e);
        }
    }

    /** The class of the records. */
    public Class<T> type() {
        return type;
    }

    @Override
    public void write(Kryo kryo, Output out, T record) {
        try {
            for (int i = 0; i < components.length; i++) {
                write(kryo, out, components[i].getType(), accessors[i].invoke(record));
            }
        } catch (ReflectiveOperationException e) {
            throw new KryoException("%s cannot be written".formatted(record.getClass()), e);
        }
    }

    private static void write(Kryo kryo, Output out, Class<?> type, @Nullable Object value) {
        if (type == int.class && value != null) {
            out.writeInt((Integer) value);
        } else if (type == long.class && value != null) {
            out.writeLong((Long) value);
        } else if (type == double.class && value != null) {
            out.writeDouble((Double) value);
        } else if (type == List.class && value instanceof List<?> list) {
            out.writeInt(list.size());
            list.forEach(element -> kryo.writeClassAndObject(out, element));
        } else {
            kryo.writeClassAndObject(out, value);
        }
    }

    @Override
    public T read(Kryo kryo, Input in, Class<T> type) {
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(kryo, in, components[i].getType());
        }
        try {
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new KryoException("%s cannot be read".formatted(type), e);
        }
    }

    private static @Nullable Object component(Kryo kryo, Input in, Class<?> type) {
        if (type == int.class) {
            return in.readInt();
        }
        if (type == long.class) {
            return in.readLong();
        }
        if (type == double.class) {
            return in.readDouble();
        }
        if (type != List.class) {
            return kryo.readClassAndObject(in);
        }
        List<Object> list = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            list.add(kryo.readClassAndObject(in));
        }
        return list;
    }
}
