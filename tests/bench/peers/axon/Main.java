import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Aggregate;

/** java Main WORK URL FILE OPTIONS: one work of Axon; prints its numbers as one line of JSON.
 *  OPTIONS is JSON: `clients`, `rate`, `batch`, `segments`. */
final class Main {
    /** Deals that are saved in one transaction when a store is filled. */
    private static final int CHUNK = 500;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final String url;
    private final Path file;
    private final Map<?, ?> options;

    private Main(String url, Path file, Map<?, ?> options) {
        this.url = url;
        this.file = file;
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Main main = new Main(arguments[1], Path.of(arguments[2]), App.JSON.readValue(arguments[3], Map.class));
        int code = 1;
        try {
            print(main.work(arguments[0]));
            code = 0;
        } catch (Exception error) {
            error.printStackTrace();
        }
        System.exit(code);  // whatever threads a failure has left
    }

    private Map<String, Object> work(String name) throws Exception {
        return switch (name) {
            case "append" -> append();
            case "bulk" -> bulk();
            case "live" -> live();
            case "load" -> load();
            case "rebuild" -> rebuild();
            case "start" -> start();
            default -> throw new IllegalArgumentException("There is no work " + name);
        };
    }

    private Map<String, Object> append() throws Exception {
        try (App app = new App(url, clients())) {
            return append(app);
        }
    }

    /** A thread for each client; its commands are sent once all of them are connected. */
    private Map<String, Object> append(App app) throws Exception {
        List<List<Step>> shards = shards();
        double[] began = new double[2];
        CyclicBarrier ready = new CyclicBarrier(shards.size(), () -> {
            began[0] = seconds();
            began[1] = now();
        });
        List<Callable<Void>> clients = shards.stream().map(steps -> client(app, steps, ready)).toList();
        ExecutorService threads = Executors.newFixedThreadPool(shards.size());
        for (Future<Void> done : threads.invokeAll(clients)) {
            done.get();
        }
        double seconds = seconds() - began[0];
        threads.shutdown();
        int commands = shards.stream().mapToInt(List::size).sum();
        return Map.of("commands", commands, "seconds", seconds, "rate", commands / seconds, "began_at", began[1]);
    }

    private Callable<Void> client(App app, List<Step> steps, CyclicBarrier ready) {
        double pause = option("rate", 0) > 0 ? clients() / option("rate", 0) : 0;
        return () -> {
            try (Connection connected = app.pool.getConnection()) {
                ready.await();
            }
            double began = seconds();
            for (int number = 0; number < steps.size(); number++) {
                sleepUntil(began + number * pause);
                app.commands().sendAndWait(steps.get(number).command());
            }
            return null;
        };
    }

    /** The steps of each client: all steps of a deal are one client's, in their order. */
    private List<List<Step>> shards() {
        List<List<Step>> found = Stream.generate(() -> (List<Step>) new ArrayList<Step>()).limit(clients()).toList();
        for (Step step : Step.read(file, App.JSON)) {
            found.get(Math.floorMod(step.deal().hashCode(), found.size())).add(step);
        }
        return found;
    }

    /** Fills the store: every deal with all its events, many deals in one transaction. */
    private Map<String, Object> bulk() throws Exception {
        List<Step> steps = Step.read(file, App.JSON);
        try (App app = new App(url, 1)) {
            double began = seconds();
            List<List<Step>> deals = List.copyOf(steps.stream()
                    .collect(Collectors.groupingBy(Step::deal, LinkedHashMap::new, Collectors.toList())).values());
            for (int first = 0; first < deals.size(); first += CHUNK) {
                List<List<Step>> some = deals.subList(first, Math.min(first + CHUNK, deals.size()));
                inTransaction(app, () -> {
                    for (List<Step> deal : some) {
                        save(app, deal);
                    }
                    return null;
                });
            }
            return Map.of("commands", steps.size(), "seconds", seconds() - began);
        }
    }

    private static void save(App app, List<Step> steps) throws Exception {
        Aggregate<Deal> deal = app.deals().newInstance(() -> new Deal(steps.get(0).opening()));
        for (Step step : steps.subList(1, steps.size())) {
            deal.handle(GenericCommandMessage.asCommandMessage(step.command()));
        }
    }

    /** Loads the deal of each line and asks whether it may be engaged; tells the memory that the process has then. */
    private Map<String, Object> load() throws Exception {
        List<String> chosen = Step.read(file, App.JSON).stream().map(Step::deal).toList();
        try (App app = new App(url, 1)) {
            double began = seconds();
            for (String id : chosen) {
                inTransaction(app, () -> app.deals().load(id).invoke(Main::mayBeEngaged));
            }
            double seconds = seconds() - began;
            int loads = chosen.size();
            return Map.of("loads", loads, "seconds", seconds, "rate", loads / seconds, "memory", memory());
        }
    }

    private static boolean mayBeEngaged(Deal deal) {
        try {
            deal.mustBe(Deal.Stage.PROSPECTING);
            return true;
        } catch (IllegalStateException no) {
            return false;
        }
    }

    /** Commands and the processor in one application: its store wakes a tracking processor when it has appended,
     *  while a pooled one looks twice a second. */
    private Map<String, Object> live() throws Exception {
        int segments = (int) option("segments", Math.min(clients(), CORES));
        int batch = (int) option("batch", 100);
        try (App app = new App(url, clients() + segments + 2, App.Projecting.TRACKING, segments, batch)) {
            Map<String, Object> appended = append(app);
            app.awaitProjection(segments);
            return appended;
        }
    }

    /** A processor without tokens begins as one that was reset: at the first event, with a token that says so. */
    private Map<String, Object> rebuild() throws Exception {
        double began = now();
        int segments = (int) option("segments", 4);
        int batch = (int) option("batch", 1000);
        try (App app = new App(url, segments + 2, App.Projecting.POOLED, segments, batch)) {
            app.awaitProjection(segments);
            return Map.of("began_at", began);
        }
    }

    /** Answers the one command of the file. */
    private Map<String, Object> start() throws Exception {
        try (App app = new App(url, 1)) {
            app.commands().sendAndWait(Step.read(file, App.JSON).get(0).command());
            return Map.of("commands", 1);
        }
    }

    private static <T> T inTransaction(App app, Callable<T> task) throws Exception {
        UnitOfWork<?> unit = DefaultUnitOfWork.startAndGet(null);
        unit.attachTransaction(app.transactions);
        return unit.executeWithResult(task).getPayload();
    }

    private int clients() {
        return (int) option("clients", 1);
    }

    private double option(String name, double otherwise) {
        return options.get(name) instanceof Number given ? given.doubleValue() : otherwise;
    }

    private static void sleepUntil(double due) {
        for (double early; (early = due - seconds()) > 0; ) {
            LockSupport.parkNanos((long) (early * 1e9));
        }
    }

    private static double seconds() {
        return System.nanoTime() / 1e9;
    }

    private static double now() {
        Instant instant = Instant.now();
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    /** Resident bytes of this process. */
    private static long memory() throws IOException {
        return 1024 * Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static void print(Map<String, Object> numbers) throws IOException {
        System.out.println(App.JSON.writeValueAsString(numbers));
    }
}
