package dev.adjoint.autodiff;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Writes a program as bytes for {@link Program#digest}. Each list and text stands behind its length, so that none runs over. */
final class ProgramDigest {
    private final MessageDigest sha;
    private final DataOutputStream out;

    private ProgramDigest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha));
    }

    static String of(Program program) {
        ProgramDigest digest = new ProgramDigest();
        try {
            digest.write(program);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the stream throws everything away, and cannot fail
        }
        return HexFormat.of().formatHex(digest.sha.digest());
    }

    private void write(Program program) throws IOException {
        out.writeInt(program.inputs().size());
        for (Program.Input input : program.inputs()) {
            text(input.name());
            shape(input.shape());
            out.writeBoolean(input.isParameter());
        }
        out.writeInt(program.steps().size());
        for (Program.Step step : program.steps()) {
            operation(step.op());
            out.writeInt(step.operands().size());
            for (int operand : step.operands()) {
                out.writeInt(operand);
            }
            shape(step.shape());
        }
        out.writeInt(program.outputs().size());
        for (Program.Output output : program.outputs()) {
            text(output.name());
            out.writeInt(output.value());
        }
    }

    private void operation(Op op) throws IOException {
        text(op.getClass().getSimpleName());
        List<Object> attributes = op.attributes();
        out.writeInt(attributes.size());
        for (Object attribute : attributes) {
            if (attribute instanceof Double number) {
                out.writeLong(Double.doubleToLongBits(number)); // its text differs between versions of Java
            } else {
                text(attribute instanceof Enum<?> constant ? constant.name() : String.valueOf(attribute));
            }
        }
    }

    private void shape(Shape shape) throws IOException {
        out.writeInt(shape.rows());
        out.writeInt(shape.columns());
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
