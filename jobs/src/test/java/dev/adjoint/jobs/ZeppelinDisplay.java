package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/**
 * One of the things that a paragraph shows, as Zeppelin's display system tells them apart: a line that begins with {@code
 * %table} or {@code %html} begins the next one (zeppelin.apache.org/docs/0.12.0/usage/display_system/basic.html).
 *
 * @param kind {@code table}, {@code html} or {@code text}
 * @param flushes how often it was flushed, which is when Zeppelin shows a table that is not yet complete
 */
record ZeppelinDisplay(String kind, String text, int flushes) {
    /** The displays in what was printed. */
    static List<ZeppelinDisplay> of(String printed) {
        List<ZeppelinDisplay> displays = new ArrayList<>();
        for (String part : printed.split("(?m)^(?=%(table|html) )", -1)) {
            String kind = part.startsWith("%table ") ? "table" : part.startsWith("%html ") ? "html" : "text";
            String text = (kind.equals("text") ? part : part.substring(kind.length() + 2))
                    .replace(String.valueOf(ScalaShell.FLUSHED), "");
            if (!text.isBlank()) {
                int flushes =
                        (int) part.chars().filter(c -> c == ScalaShell.FLUSHED).count();
                displays.add(new ZeppelinDisplay(kind, text.strip(), flushes));
            }
        }
        return displays;
    }

    /** The names of a table's columns, and under them its rows, which are all as long. */
    List<List<String>> cells() {
        assertEquals("table", kind, text);
        List<List<String>> cells =
                text.lines().map(line -> List.of(line.split("\t", -1))).toList();
        assertTrue(cells.size() >= 2, "a table without rows: " + text);
        cells.forEach(row -> assertEquals(cells.get(0).size(), row.size(), "cells of " + row + " in\n" + text));
        assertTrue(cells.stream().flatMap(List::stream).noneMatch(String::isBlank), "an empty cell in\n" + text);
        return cells;
    }

    /** A column of a table. */
    List<String> column(String name) {
        int index = cells().get(0).indexOf(name);
        assertTrue(index >= 0, "no column \"" + name + "\" in\n" + text);
        return cells().stream().skip(1).map(row -> row.get(index)).toList();
    }

    double[] numbers(String name) {
        return column(name).stream().mapToDouble(Double::parseDouble).toArray();
    }

    /** The page's piece as XML: an element around it. */
    Element html() {
        assertEquals("html", kind, text);
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader("<div>" + text + "</div>")))
                    .getDocumentElement();
        } catch (Exception e) {
            throw new AssertionError("not well-formed: " + e.getMessage() + "\n" + text, e);
        }
    }

    /** How many elements of that name it has. */
    int count(String element) {
        return html().getElementsByTagName(element).getLength();
    }
}
