package dev.adjoint.autodiff;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Hands a program to SHA-256 for {@link Program#digest}: each list and text behind its length, so that none runs over. */
final class ProgramDigest {
    private final MessageDigest sha;

    private ProgramDigest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(Program program) {
        ProgramDigest digest = new ProgramDigest();
        digest.list(program.inputs(), input -> {
            digest.text(input.name());
            digest.shape(input.shape());
            digest.number(input.isParameter() ? 1 : 0);
        });
        digest.list(program.steps(), step -> {
            digest.text(step.op().getClass().getSimpleName());
            digest.list(step.op().attributes(), digest::attribute);
            digest.list(step.operands(), operand -> digest.number(operand));
            digest.shape(step.shape());
        });
        digest.list(program.outputs(), output -> {
            digest.text(output.name());
            digest.number(output.value());
        });
        return HexFormat.of().formatHex(digest.sha.digest());
    }

    private <T> void list(List<T> elements, Consumer<T> each) {
        number(elements.size());
        elements.forEach(each);
    }

    private void attribute(Object attribute) {
        if (attribute instanceof Double number) {
            number(Double.doubleToLongBits(number)); // its text differs between versions of Java
        } else {
            text(attribute instanceof Enum<?> constant ? constant.name() : String.valueOf(attribute));
        }
    }

    private void shape(Shape shape) {
        number(shape.rows());
        number(shape.columns());
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        sha.update(bytes);
    }

    private void number(long number) {
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
}
