package dev.adjoint.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an option of a layer or a loss is where a configuration leaves it out; an option without this must be given. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** As a configuration would say it. */
    String value();

    /**
     * Whether a file says the option also where it is this. An option that came later is not written then, so that files stay as
     * they were, and older versions read them.
     */
    boolean written() default true;
}
