import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.sql.SQLException;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.PostgresTokenTableFactory;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.modelling.command.Repository;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.json.JacksonSerializer;

/** Axon on one database: aggregate, event store and, when asked for, the processor of the projection. */
final class App implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** Which processor projects. */
    enum Projecting { NOT, TRACKING, POOLED }

    final HikariDataSource pool;
    final Transactions transactions;
    private final Serializer serializer = JacksonSerializer.builder().objectMapper(JSON).build();
    private final JdbcEventStorageEngine engine;
    private final TokenStore tokens;
    private final Configuration configuration;

    App(String url, int connections, Projecting projecting, int segments, int batch) throws SQLException {
        pool = pool(url, connections);
        transactions = new Transactions(pool);
        engine = engine(Math.max(batch, 100));
        tokens = tokens();
        configuration = configurer(projecting, segments, batch).buildConfiguration();
        configuration.start();
    }

    /** For commands alone. */
    App(String url, int connections) throws SQLException {
        this(url, connections, Projecting.NOT, 0, 0);
    }

    CommandGateway commands() {
        return configuration.commandGateway();
    }

    Repository<Deal> deals() {
        return configuration.repository(Deal.class);
    }

    /** Waits until every segment has processed the last event that the store holds now. */
    void awaitProjection(int segments) throws InterruptedException {
        StreamingEventProcessor processor = configuration.eventProcessingConfiguration()
                .eventProcessor(DealsProjection.NAME, StreamingEventProcessor.class)
                .orElseThrow();
        TrackingToken last = engine.createHeadToken();
        while (!covers(processor, segments, last)) {
            if (processor.isError() || !processor.isRunning()) {
                throw new IllegalStateException("The projection ended.");
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        configuration.shutdown();
        pool.close();
    }

    private static boolean covers(StreamingEventProcessor processor, int segments, TrackingToken last) {
        var status = processor.processingStatus().values();
        return status.size() == segments && status.stream()
                .map(EventTrackerStatus::getTrackingToken)
                .allMatch(token -> token != null && token.covers(last));
    }

    private Configurer configurer(Projecting projecting, int segments, int batch) throws SQLException {
        Configurer configurer = DefaultConfigurer.defaultConfiguration()
                .configureSerializer(c -> serializer)
                .registerComponent(TransactionManager.class, c -> transactions)
                .configureEmbeddedEventStore(c -> engine)
                .configureAggregate(Deal.class);
        if (projecting != Projecting.NOT) {
            DealsProjection projection = new DealsProjection(transactions);
            projection.createTable();
            configurer.registerComponent(TokenStore.class, c -> tokens);
            configurer.eventProcessing(processing -> processor(
                    processing.registerEventHandler(c -> projection), projecting, segments, batch));
        }
        return configurer;
    }

    /** An error of a handler ends the batch; Axon's default is to log it and to go on. */
    private static void processor(
            EventProcessingConfigurer processing, Projecting projecting, int segments, int batch) {
        processing.registerDefaultListenerInvocationErrorHandler(c -> PropagatingErrorHandler.instance());
        if (projecting == Projecting.POOLED) {
            processing.usingPooledStreamingEventProcessors(
                    (c, builder) -> builder.initialSegmentCount(segments).batchSize(batch));
        } else {
            processing.usingTrackingEventProcessors().registerTrackingEventProcessorConfiguration(
                    c -> TrackingEventProcessorConfiguration.forParallelProcessing(segments).andBatchSize(batch));
        }
    }

    private JdbcEventStorageEngine engine(int batch) {
        JdbcEventStorageEngine made = JdbcEventStorageEngine.builder()
                .connectionProvider(transactions)
                .transactionManager(transactions)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .batchSize(batch)
                .build();
        made.createSchema(PostgresEventTableFactory.INSTANCE);
        return made;
    }

    private TokenStore tokens() {
        JdbcTokenStore made = JdbcTokenStore.builder().connectionProvider(transactions).serializer(serializer).build();
        made.createSchema(PostgresTokenTableFactory.INSTANCE);
        return made;
    }

    private static HikariDataSource pool(String url, int connections) {
        URI address = URI.create(url);
        String[] user = address.getUserInfo().split(":", 2);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath()
                + "?reWriteBatchedInserts=true");
        config.setUsername(user[0]);
        config.setPassword(user.length > 1 ? user[1] : "");
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }
}
