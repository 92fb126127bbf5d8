package dev.adjoint.driver.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often something is done: after so many of a unit. */
public record Every(int count, Unit unit) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\s*(epoch|step|minute)s?");

    /** What is counted until it is done again. */
    public enum Unit {
        EPOCHS,
        STEPS,
        MINUTES
    }

    static Every parse(Object raw) {
        Matcher matcher = TEXT.matcher(Parsers.text(raw));
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1) {
            throw Parsers.expected("a number of epochs, steps or minutes (\"10 minutes\")", raw);
        }
        return new Every(
                Integer.parseInt(matcher.group(1)),
                Unit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT) + "S"));
    }

    @Override
    public String toString() {
        String name = unit.name().toLowerCase(Locale.ROOT);
        return count + " " + (count == 1 ? name.substring(0, name.length() - 1) : name);
    }
}
