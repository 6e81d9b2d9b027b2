package io.boathouse.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.Predicate;

/** The words that the rules of the architecture are written in. */
final class Conditions {
  private static final String CALLER = House.BASE + ".platform.auth.Caller";

  private Conditions() {}

  static String room(JavaClass type) {
    String rest = type.getPackageName().substring(House.BASE.length() + 1);
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  /** The simple name of the outermost class, to which nested classes and lambdas belong. */
  static String top(JavaClass type) {
    JavaClass top = type;
    while (top.getEnclosingClass().isPresent()) {
      top = top.getEnclosingClass().get();
    }
    return top.getSimpleName();
  }

  static DescribedPredicate<JavaClass> ours(String ending) {
    return resideInAnyPackage(House.BASE + "..").and(simpleNameEndingWith(ending));
  }

  static DescribedPredicate<JavaClass> inClass(String description, Predicate<String> name) {
    return describe(description, type -> name.test(top(type)));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass>... any) {
    return DescribedPredicate.not(DescribedPredicate.or(any));
  }

  static DescribedPredicate<JavaCall<?>> calls(String owner, String method) {
    return describe(
        owner + "." + method,
        call -> {
          CodeUnitCallTarget target = call.getTarget();
          return target.getName().equals(method) && target.getOwner().isAssignableTo(owner);
        });
  }

  static DescribedPredicate<JavaAccess<?>> reads(String owner, String field) {
    return describe(
        owner + "." + field,
        access ->
            access.getTargetOwner().getName().equals(owner)
                && access.getTarget().getName().equals(field));
  }

  static ArchCondition<JavaMethod> takeTheCallerFirst() {
    return new ArchCondition<>("take the Caller first") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean ours =
            !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                && method.getOwner().getAllRawSuperclasses().stream()
                    .noneMatch(
                        parent ->
                            parent.isEquivalentTo(Object.class)
                                && parent
                                    .tryGetMethod(
                                        method.getName(),
                                        method.getRawParameterTypes().stream()
                                            .map(JavaClass::getName)
                                            .toArray(String[]::new))
                                    .isPresent());
        boolean callerFirst =
            !method.getRawParameterTypes().isEmpty()
                && method.getRawParameterTypes().getFirst().getName().equals(CALLER);
        if (ours && !callerFirst) {
          events.add(
              SimpleConditionEvent.violated(
                  method, method.getFullName() + " does not take the Caller first"));
        }
      }
    };
  }

  static ArchCondition<JavaClass> beUsedOnlyBy(String description, Predicate<Dependency> allowed) {
    return new ArchCondition<>("be used only by " + description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency use : type.getDirectDependenciesToSelf()) {
          if (!allowed.test(use)) {
            events.add(SimpleConditionEvent.violated(use, use.getDescription()));
          }
        }
      }
    };
  }
}
