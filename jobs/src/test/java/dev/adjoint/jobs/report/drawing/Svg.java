package dev.adjoint.jobs.report.drawing;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reads a picture back, with an XML parser. */
public record Svg(Document document) {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";

    public static Svg parse(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        return new Svg(factory.newDocumentBuilder().parse(new InputSource(new StringReader(text))));
    }

    /** The nodes of one kind: what stands in each, its lines joined by a space. */
    public List<String> nodes(String kind) {
        List<String> nodes = new ArrayList<>();
        for (Element group : elements("g")) {
            if (group.getAttribute("class").equals(kind)) {
                NodeList texts = group.getElementsByTagNameNS(NAMESPACE, "text");
                nodes.add(texts.item(0).getTextContent() + " " + texts.item(1).getTextContent());
            }
        }
        return nodes;
    }

    /** What stands in the texts of one class, or in groups of it. */
    public List<String> texts(String className) {
        return elements("text").stream()
                .filter(text -> text.getAttribute("class").equals(className)
                        || ((Element) text.getParentNode())
                                .getAttribute("class")
                                .equals(className))
                .map(Element::getTextContent)
                .toList();
    }

    /** How many edges there are. */
    public long edges() {
        return elements("path").stream()
                .filter(path -> path.hasAttribute("marker-end"))
                .count();
    }

    private List<Element> elements(String name) {
        List<Element> elements = new ArrayList<>();
        NodeList found = document.getElementsByTagNameNS(NAMESPACE, name);
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }
}
