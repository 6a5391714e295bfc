import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** One line of the work. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Step(String kind, String deal, Instant at, String name, String owner, String company, String product,
        BigDecimal amount) {

    static List<Step> read(Path file, ObjectMapper json) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> parsed(line, json)).toList();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    Object command() {
        return switch (kind) {
            case "open" -> opening();
            case "engage" -> new Deal.Engage(deal, at);
            case "win" -> new Deal.Win(deal, at, amount);
            case "lose" -> new Deal.Lose(deal, at);
            default -> throw new IllegalArgumentException("There is no command " + kind);
        };
    }

    Deal.Open opening() {
        return new Deal.Open(deal, at, name, owner, company, product);
    }

    private static Step parsed(String line, ObjectMapper json) {
        try {
            return json.readValue(line, Step.class);
        } catch (JsonProcessingException error) {
            throw new UncheckedIOException(error);
        }
    }
}
