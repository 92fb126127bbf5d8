package dev.adjoint.jobs.report.drawing;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the elements of an SVG picture, one a line. Attributes are given as names and values in turn. */
final class SvgWriter {
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;

    SvgWriter(double width, double height) throws XMLStreamException {
        // Not newFactory(), which takes whatever XML library it finds beside Spark.
        xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        xml.writeStartDocument("UTF-8", "1.0");
        newLine();
        xml.writeStartElement("svg");
        xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
        attributes("width", number(width), "height", number(height));
        attributes("viewBox", "0 0 " + number(width) + " " + number(height));
    }

    /** Ends the picture, and gives its text. */
    String end() throws XMLStreamException {
        xml.writeEndDocument();
        xml.close();
        return text.append('\n').toString();
    }

    /** More attributes for the element that was started last. */
    void attributes(String... namesAndValues) throws XMLStreamException {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            xml.writeAttribute(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    void startElement(String name, String... attributes) throws XMLStreamException {
        newLine();
        xml.writeStartElement(name);
        attributes(attributes);
    }

    void endElement() throws XMLStreamException {
        xml.writeEndElement();
    }

    void emptyElement(String name, String... attributes) throws XMLStreamException {
        newLine();
        xml.writeEmptyElement(name);
        attributes(attributes);
    }

    /** A text whose baseline is at {@code y}. */
    void text(double x, double y, String characters, String... attributes) throws XMLStreamException {
        startElement("text", "x", number(x), "y", number(y));
        attributes(attributes);
        xml.writeCharacters(printable(characters));
        endElement();
    }

    private void newLine() throws XMLStreamException {
        xml.writeCharacters("\n");
    }

    /** To a tenth of a pixel, whatever the locale. */
    static String number(double pixels) {
        double rounded = Math.rint(10 * pixels) / 10;
        return rounded == Math.rint(rounded) ? String.valueOf((long) rounded) : String.valueOf(rounded);
    }

    /** Without the control characters and lone surrogates, for which XML has no notation at all. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean none = Character.isISOControl(c)
                    || Character.getType(c) == Character.SURROGATE
                    || c == 0xFFFE
                    || c == 0xFFFF;
            out.appendCodePoint(none ? '\uFFFD' : c);
        });
        return out.toString();
    }
}
