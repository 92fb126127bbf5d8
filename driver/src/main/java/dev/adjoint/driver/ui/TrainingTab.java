package dev.adjoint.driver.ui;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.xml.Node;
import scala.xml.NodeSeq;
import scala.xml.XML;

/** The tab <i>Training</i>. */
public final class TrainingTab extends SparkUITab {
    private static final String PREFIX = "training";
    private static final String STATIC = "/static/adjoint";
    private static final String STOP = "/training/stop";

    /** Who has it already. */
    private static final Map<SparkContext, TrainingTab> ATTACHED = new WeakHashMap<>();

    private final SparkUI ui;
    private final TrainingRuns runs;

    private TrainingTab(SparkUI ui, TrainingRuns runs) {
        super(ui, PREFIX);
        this.ui = ui;
        this.runs = runs;
        attachPage(new Page());
        attachPage(new Newest());
    }

    @Override
    public String name() {
        return "Training";
    }

    /** Attaches the tab to the UI of an application, where it has one, and lets it follow the events; once. */
    public static void attach(SparkContext context) {
        if (context.ui().isEmpty()) {
            return;
        }
        synchronized (ATTACHED) {
            if (!ATTACHED.containsKey(context)) {
                SparkUI ui = context.ui().get();
                TrainingRuns runs = new TrainingRuns(ui.store().store());
                context.addSparkListener(runs);
                ATTACHED.put(context, attach(ui, runs));
            }
        }
    }

    static TrainingTab attach(SparkUI ui, TrainingRuns runs) {
        TrainingTab tab = new TrainingTab(ui, runs);
        ui.attachTab(tab);
        ui.attachHandler(ui.basePath() + STATIC, new Resources(), "/");
        if (ui.sc().isDefined()) {
            ui.attachHandler(STOP, tab.new Stop(), "/");
        }
        return tab;
    }

    private String content(HttpServletRequest request) {
        return TrainingHtml.of(
                runs.all(),
                run -> mayStop(request, run) ? UIUtils.prependBaseUri(request, ui.basePath(), STOP + "/") : "");
    }

    private boolean mayStop(HttpServletRequest request, String run) {
        return ui.killEnabled()
                && TrainingReporter.isRunning(run)
                && ui.securityManager().checkModifyPermissions(request.getRemoteUser());
    }

    /** The whole page. */
    private final class Page extends WebUIPage {
        Page() {
            super("");
        }

        @Override
        public Seq<Node> render(HttpServletRequest request) {
            String resources = UIUtils.prependBaseUri(request, ui.basePath(), STATIC);
            String newest = UIUtils.prependBaseUri(request, ui.basePath(), "/" + PREFIX + "/newest/");
            String page = """
                    <div>
                      <link rel="stylesheet" href="%1$s/training.css" type="text/css"/>
                      <div id="adjoint-training" data-newest="%2$s">%3$s</div>
                      <script src="%1$s/training.js"> </script>
                    </div>""".formatted(resources, newest, content(request));
            return UIUtils.headerSparkPage(
                    request, "Training", () -> nodes(page), TrainingTab.this, Option.empty(), false, false);
        }
    }

    /** What the script puts in place of the content. */
    private final class Newest extends WebUIPage {
        Newest() {
            super("newest");
        }

        @Override
        public Seq<Node> render(HttpServletRequest request) {
            return nodes("<div>%s</div>".formatted(content(request)));
        }
    }

    private static Seq<Node> nodes(String xml) {
        return NodeSeq.fromSeq(XML.loadString(xml).toSeq());
    }

    /** The style sheet and the script; Spark's own handler of such files does not see the jars of an application. */
    private static final class Resources extends HttpServlet {
        private static final long serialVersionUID = 1L;

        /** Their types, by their names. */
        private static final Map<String, String> TYPES =
                Map.of("/training.css", "text/css", "/training.js", "text/javascript");

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String name = request.getServletPath();
            String type = TYPES.get(name);
            if (type == null) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
                return;
            }
            response.setContentType(type + ";charset=utf-8");
            try (InputStream in =
                    Objects.requireNonNull(TrainingTab.class.getResourceAsStream("static" + name), name)) {
                in.transferTo(response.getOutputStream());
            }
        }
    }

    /** Asks a training to end after its epoch; by POST alone, so that no link does it. */
    private final class Stop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String run = String.valueOf(request.getParameter("run"));
            if (!ui.killEnabled() || !ui.securityManager().checkModifyPermissions(request.getRemoteUser())) {
                response.sendError(
                        HttpServletResponse.SC_FORBIDDEN,
                        "stopping a training needs spark.ui.killEnabled and the permission to modify this application");
            } else if (!TrainingReporter.stop(run)) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND, "no such training is running");
            } else {
                response.sendRedirect(UIUtils.prependBaseUri(request, ui.basePath(), "/" + PREFIX + "/"));
            }
        }
    }
}
